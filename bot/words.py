"""Words: screens and labels become Telegram's HTML here; every word itself lies in `prompts/` (docs/design.md).

A screen is `prompts/<locale>/<room>/<name>.j2`; buttons and toasts are macros in `<room>/labels.j2`. Jinja's
autoescape is the one escaper: whatever a value holds, Telegram can parse the result.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.model import Button, Label, Screen


@dataclass(frozen=True, slots=True)
class Rendered:
    """A screen as Telegram takes it: HTML, and rows of (label, act)."""

    text: str
    rows: list[list[tuple[str, str]]]


class Words:
    """The templates of every locale, compiled once."""

    def __init__(self, folder: Path, default_locale: str) -> None:
        self._default = default_locale
        spoken = [place for place in folder.iterdir() if place.is_dir()]
        self._html = {place.name: _environment(place, autoescape=True) for place in spoken}
        self._plain = {place.name: _environment(place, autoescape=False) for place in spoken}

    def locale(self, language: str | None) -> str:
        """The locale for Telegram's language code ("de", "pt-br"), the default when it is not spoken here."""
        short = (language or "").split("-")[0].lower()
        return short if short in self._html else self._default

    def render(self, screen: Screen, locale: str) -> Rendered:
        """A screen in words."""
        text = self._html[locale].get_template(f"{screen.template}.j2").render(screen.values)
        rows = [[(self._button(button, locale), button.act) for button in row] for row in screen.rows]
        return Rendered(text.strip(), rows)

    def label(self, label: Label, locale: str) -> str:
        """A label or toast: plain text, not HTML."""
        room, name = label.name.split("/")
        module: Any = self._plain[locale].get_template(f"{room}/labels.j2").module
        return str(getattr(module, name)(**label.values)).strip()

    def _button(self, button: Button, locale: str) -> str:
        return button.label if isinstance(button.label, str) else self.label(button.label, locale)


def _environment(place: Path, *, autoescape: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(place),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
