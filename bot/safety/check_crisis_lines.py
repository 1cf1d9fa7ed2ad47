"""Checks crisis_lines.yaml: its shape, that every number is plausible, that no required country is missing.

For development: needs phonenumbers, which the coach itself does not. Run it before a release and whenever the
file changes: `python -m bot.safety.check_crisis_lines [file]`; exit status 1 when anything is wrong.
"""

import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import phonenumbers
import yaml

from bot.safety.lines import LINES_FILE

# fmt: off
REQUIRED = (
    "US", "CA", "GB", "IE", "AU", "NZ", "DE", "AT", "CH", "FR", "ES", "IT", "PT",
    "NL", "BE", "RO", "PL", "SE", "NO", "DK", "FI", "IN", "ZA", "BR", "MX", "JP",
)
LINE_KEYS = frozenset((
    "name", "phone", "phone_alt", "text", "text_keyword", "chat", "email",
    "hours", "languages", "confirmed", "sources", "note", "for", "region",
))
# fmt: on
TOP_KEYS = ("version", "checked", "fallback", "countries", "regional_emergency")
HOURS = ("24/7", "limited hours", "unknown")

_SHORT_CODE = 6  # digits: crisis lines are often short codes, which phonenumbers does not know by country


def check(path: Path | str, today: date | None = None) -> tuple[dict[str, Any], list[str], list[str]]:
    """The file's data, what is wrong with it, and what deserves a second look (docs/domain.md section 9)."""
    text = Path(path).read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    missing = [f"missing {key}" for key in TOP_KEYS if key not in data]
    if missing:
        return data, missing, []
    source_keys = frozenset(re.findall(r"^#   (\w+) ", text, re.M))
    errors = list(_fallback_errors(data["fallback"]))
    warnings = [f"checked {data['checked']!r} is over six months ago: read every line's own page again"] if _is_old(
        str(data["checked"]), today or date.today()
    ) else []
    errors += [f"required country {code} is missing" for code in REQUIRED if code not in data["countries"]]
    for code, country in data["countries"].items():
        if not isinstance(code, str) or not re.fullmatch(r"[A-Z]{2}", code):
            errors.append(f"country key {code!r} (quote NO in YAML)")
            continue
        errors += (f"{code}: {error}" for error in _country_errors(country, source_keys))
        for line in country.get("lines") or []:
            wrong, doubtful = _line_problems(line, code)
            errors += (f"{code}: {error}" for error in wrong)
            warnings += (f"{code}: {warning}" for warning in doubtful)
    return data, errors, warnings


def _is_old(checked: str, today: date) -> bool:
    """`checked` is "YYYY-MM"."""
    year, month = map(int, checked.split("-"))
    return (today.year - year) * 12 + today.month - month > 6


def _fallback_errors(fallback: dict[str, Any]) -> Iterator[str]:
    directories = fallback.get("directories") or []
    if not fallback.get("emergency_text") or len(directories) < 2:
        yield "fallback needs emergency_text and two directories"
    for directory in directories:
        if not str(directory.get("url", "")).startswith("https://"):
            yield f"fallback url {directory}"


def _country_errors(country: dict[str, Any], source_keys: frozenset[str]) -> Iterator[str]:
    emergency = country.get("emergency") or {}
    numbers = emergency.get("numbers") or []
    if not numbers or not all(isinstance(one, str) and re.fullmatch(r"\d{2,5}", one) for one in numbers):
        yield "emergency numbers"
    lines = country.get("lines") or []
    if not lines:
        yield "no lines"
    if not any(line.get("confirmed", 0) >= 2 and (line.get("phone") or line.get("text")) for line in lines):
        yield "no line confirmed by two sources"
    for entry in [emergency, *lines]:
        if entry.get("confirmed") not in (1, 2):
            yield f"confirmed must be 1 or 2 in {entry}"
        sources = entry.get("sources") or []
        unknown = [source for source in sources if source not in source_keys]
        if unknown or not sources:
            yield f"sources {unknown or 'missing'}"
        # "repos" stands for several places; any other key is one
        if entry.get("confirmed") == 2 and len(sources) < 2 and sources != ["repos"]:
            yield f"confirmed 2 with one source: {entry.get('name', 'emergency')}"


def _line_problems(line: dict[str, Any], code: str) -> tuple[list[str], list[str]]:
    errors: list[str] = []
    warnings: list[str] = []
    extra = sorted(set(line) - LINE_KEYS)
    if extra:
        errors.append(f"unknown keys {extra}")
    if not line.get("name") or not (line.get("phone") or line.get("text") or line.get("chat")):
        errors.append(f"a line needs a name and a contact: {line}")
    if line.get("hours") not in HOURS:
        errors.append(f"hours {line.get('hours')!r}")
    for number in filter(None, [line.get("phone"), line.get("text"), *(line.get("phone_alt") or [])]):
        if not isinstance(number, str):
            errors.append(f"{number!r} must be quoted")
            continue
        plausible, why = _plausible(number, code)
        if not plausible:
            errors.append(f"{line.get('name')}: {number}: {why}")
        elif why:
            warnings.append(f"{line.get('name')}: {number}: {why}")
    return errors, warnings


def _plausible(number: str, code: str) -> tuple[bool, str]:
    """Whether a number can be one there: a short code, or one that phonenumbers calls valid or possible."""
    if not re.fullmatch(r"\+?[\d\s()-]+", number):
        return False, "characters"
    if len(re.sub(r"\D", "", number)) <= _SHORT_CODE and not number.startswith("+"):
        return True, ""
    try:
        parsed = phonenumbers.parse(number, code)
    except phonenumbers.NumberParseException as error:
        return False, str(error)
    if phonenumbers.is_valid_number_for_region(parsed, code):
        return True, ""
    if phonenumbers.is_possible_number(parsed):
        return True, "possible, but not in the library's ranges"
    return False, f"not possible in {code}"


def main(arguments: list[str]) -> int:
    """Check the packaged file, or the one named, and tell what was found."""
    data, errors, warnings = check(arguments[0] if arguments else LINES_FILE)
    for warning in warnings:
        print("warning:", warning)
    for error in errors:
        print("error:", error)
    print(f"{len(data.get('countries', {}))} countries, {len(warnings)} warnings, {len(errors)} errors")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
