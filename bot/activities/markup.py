"""GPX and TCX are XML: a stream of elements that can't be made to explode. Pure.

Neither gpxpy nor tcxreader is used: they expand entities, know no limits and give up a whole file for one bad number;
tcxreader also makes one activity of several.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import iterparse

from bot.activities.activity import Unfit
from bot.activities.samples import TIMES, number

DEEPEST: Final = 40  # a heart rate lies eight deep
MOST_ELEMENTS: Final = 400_000  # a point has four to seven; 8 MB of them have 300,000


def root(content: bytes) -> str | None:
    """The name of the outermost element, without its namespace; None when it is no XML, or has a DTD."""
    try:
        _, element = next(iterparse(BytesIO(content), ("start",), forbid_dtd=True))
    except (ParseError, ValueError, LookupError, StopIteration):  # values and look-ups: of encodings; DTDForbidden
        return None
    return _name(element)


def ended(content: bytes) -> Iterator[tuple[str, Element]]:
    """Each element when it ends, with its name; the caller clears what it has read.

    Raises:
        Unfit: "broken" or "too much".
    """
    depth = count = 0
    try:
        for event, element in iterparse(BytesIO(content), ("start", "end"), forbid_dtd=True):
            if event == "end":
                depth -= 1
                yield _name(element), element
                continue
            depth, count = depth + 1, count + 1
            if depth > DEEPEST or count > MOST_ELEMENTS:
                raise Unfit("too much")
    except (ParseError, ValueError, LookupError):
        raise Unfit("broken") from None


def said(element: Element, *path: str) -> str | None:
    """The words of the element's child, or grandchild, of this name."""
    words = element.findtext("/".join(f"{{*}}{name}" for name in path))
    return words.strip() if words else None


def figure(element: Element, *path: str, within: tuple[float, float]) -> float | None:
    """The number that a child says, if it can be so."""
    return number(said(element, *path), *within)


def time(words: str | None) -> float | None:
    """Seconds since 1970; without a zone it is UTC, as both formats say. A date alone is no time."""
    try:
        at = datetime.fromisoformat(words if words and len(words) > len("2000-01-01") else "")
    except ValueError:
        return None
    return number((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp(), *TIMES)


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
