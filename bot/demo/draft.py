"""Plain text that grows while markup is read, and what its stretches mean, counted in UTF-16 units."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from telegram import MessageEntity, User
from telegram.constants import MessageEntityType

from bot.demo.refusals import Refusal, bad_request

# Telegram turns control characters into spaces and drops carriage returns, direction overrides and three
# combining lines that would cover the neighbouring text.
CLEAN: dict[int, str | None] = {
    **{code: " " for code in range(32) if code != 10},
    13: None,
    **dict.fromkeys(range(0x2028, 0x202F)),
    **dict.fromkeys((0x333, 0x33F, 0x30A)),
}


@dataclass(frozen=True)
class Span:
    """A stretch of plain text that means something: `argument` is a URL, a language or an emoji id."""

    type: str
    offset: int
    length: int
    argument: str = ""

    @classmethod
    def of(cls, entity: MessageEntity) -> "Span":
        """The stretch that a ready-made entity stands for."""
        user = str(entity.user.id) if entity.user else ""
        argument = entity.url or entity.language or entity.custom_emoji_id or user
        return cls(entity.type, entity.offset, entity.length, argument)

    def entity(self) -> MessageEntity:
        """The same as the library's object."""
        match self.type:
            case MessageEntityType.TEXT_LINK:
                return MessageEntity(self.type, self.offset, self.length, url=self.argument)
            case MessageEntityType.TEXT_MENTION:
                user = User(int(self.argument), "", is_bot=False)
                return MessageEntity(self.type, self.offset, self.length, user=user)
            case MessageEntityType.PRE:
                return MessageEntity(self.type, self.offset, self.length, language=self.argument or None)
            case MessageEntityType.CUSTOM_EMOJI:
                return MessageEntity(self.type, self.offset, self.length, custom_emoji_id=self.argument)
            case _:
                return MessageEntity(self.type, self.offset, self.length)


@dataclass
class Draft:
    """Plain text that grows while markup is read; `length` is what it has so far, in UTF-16 units."""

    pieces: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    length: int = 0

    def add(self, text: str) -> None:
        """Append plain text."""
        cleaned = text.translate(CLEAN)
        self.pieces.append(cleaned)
        self.length += utf16_length(cleaned)

    def since(self, piece: int) -> str:
        """What was added from that piece on."""
        return "".join(self.pieces[piece:])

    def mark(self, kind: str, start: int, argument: str = "") -> None:
        """Everything from `start` to here is of that kind; nothing is no entity."""
        if self.length > start:
            self.spans.append(Span(kind, start, self.length - start, argument))

    def link(self, start: int, url: str) -> None:
        """Everything from `start` to here links to `url`; Telegram silently drops what is no link."""
        parts = urlsplit(url)
        user = parse_qs(parts.query).get("id", [""])[0]
        if parts.scheme == "tg" and parts.netloc == "user" and user.isdigit():
            self.mark(MessageEntityType.TEXT_MENTION, start, user)
        elif parts.scheme in ("http", "https", "tg", "ton", "tonsite"):
            self.mark(MessageEntityType.TEXT_LINK, start, url)
        elif not parts.scheme and "." in url.strip("."):
            self.mark(MessageEntityType.TEXT_LINK, start, f"http://{url}")


def utf16_length(text: str) -> int:
    """How long Telegram thinks the text is."""
    return len(text) + sum(char > "\uffff" for char in text) if not text.isascii() else len(text)


def byte_offset(text: str, position: int) -> int:
    """Where a character stands when the text is counted in bytes, as Telegram's errors do."""
    return len(text[:position].encode())


def unparsable(text: str) -> Refusal:
    """Broken markup."""
    return bad_request(f"can't parse entities: {text}")
