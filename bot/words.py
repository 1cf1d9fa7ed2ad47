"""Words: screens and labels become Telegram's HTML here; every word itself lies in `prompts/` (docs/design.md).

A screen is `prompts/<locale>/<room>/<name>.j2`; buttons and toasts are macros in `<room>/labels.j2`. Jinja's
autoescape is the one escaper: whatever a value holds, Telegram can parse the result. Countries and dates speak the
locale too (Babel), and `{% trans %}` has its plurals.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.drills import breath
from bot.model import NO_ZONE, Animation, Button, Label, Picture, Screen, Voice


@dataclass(frozen=True, slots=True)
class Rendered:
    """A screen as Telegram takes it: HTML, rows of (label, act), the label of a button that shares a place.

    `medium` is what is to be made for it, see `bot.drills.breath`; its "instead", when it has any, goes without it.
    `belated` is the text when it leaves late.
    """

    text: str
    rows: list[list[tuple[str, str]]]
    share: str | None
    medium: dict[str, Any] | None
    belated: str | None


class Words:
    """The templates of every locale, compiled once."""

    def __init__(self, folder: Path, default_locale: str) -> None:
        self.default = default_locale
        spoken = [place for place in folder.iterdir() if place.is_dir()]
        self._html = {place.name: _environment(place, autoescape=True) for place in spoken}
        self._plain = {place.name: _environment(place, autoescape=False) for place in spoken}

    @property
    def locales(self) -> list[str]:
        """Every locale that is spoken here."""
        return sorted(self._html)

    def locale(self, language: str | None) -> str:
        """The locale for Telegram's language code ("de", "pt-br"), the default when it is not spoken here."""
        short = (language or "").split("-")[0].lower()
        return short if short in self._html else self.default

    def render(self, screen: Screen, locale: str) -> Rendered:
        """A screen in words."""
        text = self._html[locale].get_template(f"{screen.template}.j2").render(screen.values)
        rows = [[(self._button(button, locale), button.act) for button in row] for row in screen.rows]
        share = self.label(screen.share, locale) if screen.share else None
        medium = self._medium(screen.medium, locale) if screen.medium else None
        belated = self.render(screen.belated, locale).text if screen.belated else None
        return Rendered(text.strip(), rows, share, medium, belated)

    def label(self, label: Label, locale: str) -> str:
        """A label or toast: plain text, not HTML."""
        room, name = label.name.split("/")
        module: Any = self._plain[locale].get_template(f"{room}/labels.j2").module
        return str(getattr(module, name)(**label.values)).strip()

    def _medium(self, medium: Animation | Voice | Picture, locale: str) -> dict[str, Any]:
        match medium:
            case Picture(rows, under):
                drawn = [(self.label(row.word, locale), row.form, row.values, row.texts) for row in rows]
                return breath.picture(drawn, [self.label(label, locale) for label in under])
            case Animation(phases, words):
                return breath.animation(phases, {kind: self.label(label, locale) for kind, label in words.items()})
            case Voice(phases, minutes, instead):
                return {**breath.sound(phases, minutes), "instead": self.render(instead, locale).text}

    def _button(self, button: Button, locale: str) -> str:
        return button.label if isinstance(button.label, str) else self.label(button.label, locale)


@cache
def _environment(place: Path, *, autoescape: bool) -> Environment:
    """One for the process: a template costs milliseconds to compile, and microseconds to use."""
    environment = Environment(
        loader=FileSystemLoader(place),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {
        "clock": _clock,
        "town": _town,
        "country": partial(_country, place.name),
        "moment": partial(_moment, place.name),
        "day": partial(_day, place.name),
    }
    return environment


def _clock(at: time | datetime) -> str:
    """A time of day."""
    return f"{at:%H:%M}"


def _town(zone: str) -> str:
    """The town that a zone is named after."""
    return zone.rpartition("/")[2].replace("_", " ")


# Babel is imported when it is first needed: a start should not wait for it.


def _country(locale: str, code: str) -> str:
    """A country's name; its code when it has none."""
    from babel import Locale

    return str(Locale.parse(locale, sep="-").territories.get(code, code))


def _day(locale: str, on: date) -> str:
    """A day of this year."""
    from babel.dates import format_date

    return str(format_date(on, "EEE d MMM", locale=locale.replace("-", "_")))


def _moment(locale: str, at: datetime, zone: str) -> str:
    """A day and a time of day where somebody lives."""
    from babel.dates import format_datetime

    said = format_datetime(at, "EEE d MMM y, HH:mm", tzinfo=ZoneInfo(zone), locale=locale.replace("-", "_"))
    return said if zone != NO_ZONE else f"{said} UTC"
