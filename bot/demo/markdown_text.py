"""Telegram's MarkdownV2: eighteen reserved characters, each a mark or escaped."""

import re
from dataclasses import dataclass

from telegram.constants import MessageEntityType

from bot.demo.draft import Draft, byte_offset, unparsable
from bot.demo.refusals import Refusal

_RESERVED = "_*[]()~`>#+-=|{}.!\n"
_PLAIN = re.compile(r"[^_*\[\]()~`>#+\-=|{}.!\n\\]+")
_PLAIN_CODE = re.compile(r"[^`\\]+")
_LANGUAGE = re.compile(r"[^ \t\r\n\v`]+(?=[ \t\r\n\v])")
_ONE_NEW_LINE = re.compile(r"\r\n|\n\r|\n|\r|")
_EMOJI_URL = re.compile(r"tg://emoji\?id=([1-9][0-9]*)")

# Opening mark, longest first, with the kind it opens and the mark that ends it.
_MARKS = {
    "```": ("Pre", "```"),
    "__": ("Underline", "__"),
    "||": ("Spoiler", "||"),
    "![": ("CustomEmoji", "]"),
    "*": ("Bold", "*"),
    "_": ("Italic", "_"),
    "~": ("Strikethrough", "~"),
    "[": ("TextUrl", "]"),
    "`": ("Code", "`"),
}
_KINDS = {  # Telegram's own words in its errors, and the type of the entity
    "Pre": MessageEntityType.PRE,
    "PreCode": MessageEntityType.PRE,
    "Underline": MessageEntityType.UNDERLINE,
    "Spoiler": MessageEntityType.SPOILER,
    "Bold": MessageEntityType.BOLD,
    "Italic": MessageEntityType.ITALIC,
    "Strikethrough": MessageEntityType.STRIKETHROUGH,
    "Code": MessageEntityType.CODE,
    "BlockQuote": MessageEntityType.BLOCKQUOTE,
}


@dataclass
class _Open:
    """A mark that waits for its end; `begin` is where it stands in the marked-up text."""

    kind: str
    end: str
    begin: int
    start: int
    piece: int
    argument: str = ""


def read_markdown(text: str) -> Draft:
    """Read the whole text or raise `Refusal` at the first thing Telegram would not take."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.draft = Draft()
        self.open: list[_Open] = []
        self.line_begins = True

    def read(self) -> Draft:
        while self.at < len(self.text):
            if self._plain() or self._new_line() or self._end_mark() or self._quote() or self._start_mark():
                continue
            raise self._reserved()
        if self._in_quote:
            self._end_quote()
        if self.open:
            raise self._endless(self.open[-1])
        return self.draft

    def _plain(self) -> bool:
        """An escaped character, or a run of characters that mean nothing."""
        character = self.text[self.at]
        if character == "\\":
            escapes = "\0" < self.text[self.at + 1 : self.at + 2] <= "~"
            self._keep(self.text[self.at + 1] if escapes else character, 2 if escapes else 1)
            return True
        in_code = bool(self.open) and self.open[-1].kind in ("Code", "Pre", "PreCode")
        found = (_PLAIN_CODE if in_code else _PLAIN).match(self.text, self.at)
        if found is None:
            return False
        self._keep(found.group(), len(found.group()))
        return True

    def _keep(self, plain: str, width: int) -> None:
        self.draft.add(plain)
        self.at += width
        self.line_begins = plain.endswith("\n")

    def _new_line(self) -> bool:
        if self.text[self.at] != "\n":
            return False
        if self._in_quote and not self.text.startswith("\n>", self.at):
            self._end_quote()
        else:
            self.draft.add("\n")
        self.at += 1
        self.line_begins = True
        return True

    def _quote(self) -> bool:
        if self.text[self.at] != ">" or not self.line_begins:
            return False
        if not self._in_quote:
            self._begin("BlockQuote", "")
        self.at += 1
        return True

    @property
    def _in_quote(self) -> bool:
        return any(opened.kind == "BlockQuote" for opened in self.open)

    def _end_quote(self) -> None:
        """The quote ends with its line, line end included; `||` before that makes it expandable."""
        kind = MessageEntityType.BLOCKQUOTE
        if self.open[-1].kind == "Spoiler" and self.open[-1].start == self.draft.length:
            self.open.pop()
            kind = MessageEntityType.EXPANDABLE_BLOCKQUOTE
        last = self.open[-1]
        if last.kind != "BlockQuote":
            raise self._endless(last)
        self.open.pop()
        if self.at < len(self.text):
            self.draft.add("\n")
        self.draft.mark(kind, last.start)

    def _start_mark(self) -> bool:
        for mark, (kind, end) in _MARKS.items():
            if self.text.startswith(mark, self.at):
                self._begin(kind, end)
                self.at += len(mark)
                self.line_begins = False
                if kind == "Pre":
                    self._language()
                return True
        return False

    def _language(self) -> None:
        if found := _LANGUAGE.match(self.text, self.at):
            self.open[-1].kind = "PreCode"
            self.open[-1].argument = found.group()
            self.at = found.end()
        skipped = _ONE_NEW_LINE.match(self.text, self.at)
        assert skipped is not None  # the pattern matches nothing as well
        self.at = skipped.end()

    def _end_mark(self) -> bool:
        if not self.open or not self.open[-1].end or not self.text.startswith(self.open[-1].end, self.at):
            return False
        # "__" is always read as underline, never as the end of an italic.
        if self.open[-1].kind == "Italic" and self.text.startswith("__", self.at):
            return False
        opened = self.open.pop()
        self.at += len(opened.end)
        self.line_begins = False
        match opened.kind:
            case "TextUrl":
                self.draft.link(opened.start, self._url() or self.draft.since(opened.piece))
            case "CustomEmoji":
                self.draft.mark(MessageEntityType.CUSTOM_EMOJI, opened.start, self._emoji())
            case kind:
                self.draft.mark(_KINDS[kind], opened.start, opened.argument)
        return True

    def _url(self) -> str:
        """What stands in `(...)` after a link's text, or nothing."""
        if not self.text.startswith("(", self.at):
            return ""
        self.at += 1
        begin, url = self.at, ""
        while not self.text.startswith(")", self.at):
            if self.at >= len(self.text):
                raise unparsable(f"Can't find end of a URL at byte offset {byte_offset(self.text, begin)}")
            if self.text[self.at] == "\\" and self.at + 1 < len(self.text):
                self.at += 1
            url += self.text[self.at]
            self.at += 1
        self.at += 1
        return url

    def _emoji(self) -> str:
        if not self.text.startswith("(", self.at):
            raise unparsable("The entity must contain a tg://emoji or tg://time URL")
        found = _EMOJI_URL.fullmatch(self._url())
        if found is None:
            raise unparsable("Invalid tg://emoji or tg://time URL specified")
        return found.group(1)

    def _begin(self, kind: str, end: str) -> None:
        self.open.append(_Open(kind, end, self.at, self.draft.length, len(self.draft.pieces)))

    def _endless(self, opened: _Open) -> Refusal:
        offset = byte_offset(self.text, opened.begin)
        return unparsable(f"Can't find end of {opened.kind} entity at byte offset {offset}")

    def _reserved(self) -> Refusal:
        character = self.text[self.at]
        return unparsable(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")
