"""From marked-up text to plain text and entities, refusing what Telegram refuses.

`parse(text, parse_mode)` gives the plain text and its `telegram.MessageEntity` list; offsets and lengths are
in UTF-16 code units, the error texts name byte offsets into the marked-up text, both as Telegram does.
The two dialects live in `html_text.py` and `markdown_text.py`; both hand over a `draft.Draft`.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from telegram import MessageEntity
from telegram.constants import MessageEntityType, MessageLimit

from bot.demo.draft import Draft, Span, utf16_length
from bot.demo.html_text import read_html
from bot.demo.markdown_text import read_markdown
from bot.demo.refusals import bad_request

_TRIMMED = " \n"
_INVISIBLE = re.compile(
    "[\\s\u180e\u200b-\u200f\u2800\ufeff\ufffc\U000e0000-\U000e007f]*"  # \\s has the rest of Telegram's list
)
_URL = re.compile(r"\bhttps?://[^\s<>\"]*[^\s<>\".,;:!?)\]']")
_UNTOUCHED = {
    MessageEntityType.CODE, MessageEntityType.PRE, MessageEntityType.TEXT_LINK, MessageEntityType.TEXT_MENTION
}
_BOT_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{3,32})?(?!\w)")


def parse(text: str, parse_mode: str | None) -> tuple[str, list[MessageEntity]]:
    """Plain text and entities of what a bot sends, trimmed. Raises `Refusal`."""
    check_encoding(text)
    match (parse_mode or "").lower():
        case "":
            draft = Draft()
            draft.add(text)
        case "html":
            draft = read_html(text)
        case "markdownv2":
            draft = read_markdown(text)
        case _:
            raise bad_request("unsupported parse_mode")
    return _finished(draft)


def with_entities(text: str, entities: Iterable[MessageEntity]) -> tuple[str, list[MessageEntity]]:
    """The same for a bot that sends entities of its own instead of a parse mode."""
    check_encoding(text)
    draft = Draft()
    draft.add(text)
    draft.spans += map(Span.of, entities)
    return _finished(draft)


def found_in(text: str) -> list[MessageEntity]:
    """The `/commands` and addresses that Telegram marks by itself."""
    return [
        MessageEntity(kind, utf16_length(text[: found.start()]), utf16_length(found.group()))
        for kind, pattern in ((MessageEntityType.URL, _URL), (MessageEntityType.BOT_COMMAND, _BOT_COMMAND))
        for found in pattern.finditer(text)
    ]


def with_found(text: str, entities: list[MessageEntity]) -> list[MessageEntity]:
    """The entities and those that Telegram finds by itself outside of links and code, in their order."""
    taken = [(entity.offset, entity.offset + entity.length) for entity in entities if entity.type in _UNTOUCHED]
    for found in found_in(text):
        start, end = found.offset, found.offset + found.length
        if all(end <= first or last <= start for first, last in taken):
            entities = [*entities, found]
            taken.append((start, end))
    return sorted(entities, key=lambda entity: (entity.offset, -entity.length))[: MessageLimit.MESSAGE_ENTITIES]


def is_empty_looking(text: str) -> bool:
    """True for text in which nobody could see anything."""
    return _INVISIBLE.fullmatch(text) is not None


def check_encoding(text: str) -> None:
    """Half a surrogate pair is no text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None


def _finished(draft: Draft) -> tuple[str, list[MessageEntity]]:
    """Cut white space off both ends and move the entities along, outermost first.

    The start is cut only up to the first entity: Telegram keeps the space inside of one.
    Of more than a hundred entities it silently drops the rest.
    """
    kept, spans = draft.since(0).rstrip(_TRIMMED), draft.spans
    end = utf16_length(kept)
    first = min((span.offset for span in spans), default=end)
    cut = min(len(kept) - len(kept.lstrip(_TRIMMED)), first)
    moved = (replace(span, offset=span.offset - cut, length=min(span.length, end - span.offset)) for span in spans)
    inside = sorted((span for span in moved if span.length > 0), key=lambda span: (span.offset, -span.length))
    return kept[cut:], [span.entity() for span in inside[: MessageLimit.MESSAGE_ENTITIES]]
