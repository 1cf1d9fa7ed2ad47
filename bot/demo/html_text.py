"""Telegram's HTML: a handful of tags, four named entities, and no forgiveness."""

import re
from dataclasses import dataclass

from telegram.constants import MessageEntityType

from bot.demo.draft import Draft, byte_offset, unparsable

_SIMPLE = {
    "b": MessageEntityType.BOLD,
    "strong": MessageEntityType.BOLD,
    "i": MessageEntityType.ITALIC,
    "em": MessageEntityType.ITALIC,
    "u": MessageEntityType.UNDERLINE,
    "ins": MessageEntityType.UNDERLINE,
    "s": MessageEntityType.STRIKETHROUGH,
    "strike": MessageEntityType.STRIKETHROUGH,
    "del": MessageEntityType.STRIKETHROUGH,
    "tg-spoiler": MessageEntityType.SPOILER,
    "span": MessageEntityType.SPOILER,
}
_TAGS = {*_SIMPLE, "a", "code", "pre", "blockquote", "tg-emoji"}

_MARKUP = re.compile("[<&]")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([a-zA-Z]*));?")
_SPACE = re.compile(r"[ \t\r\n\v]*")
_TAG_NAME = re.compile(r"[^ \t\r\n\v>]*")
_ATTRIBUTE_NAME = re.compile(r"""[^ \t\r\n\v=>/"']*""")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")


@dataclass
class _Open:
    """A start tag that waits for its end."""

    tag: str
    argument: str
    start: int
    piece: int


def read_html(text: str) -> Draft:
    """Read the whole text or raise `Refusal` at the first thing Telegram would not take."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.draft = Draft()
        self.open: list[_Open] = []

    def read(self) -> Draft:
        while found := _MARKUP.search(self.text, self.at):
            self.draft.add(self.text[self.at : found.start()])
            self.at = found.start()
            if found.group() == "&":
                self.draft.add(self._character())
            elif self.text.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        self.draft.add(self.text[self.at :])
        if self.open:
            raise unparsable(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return self.draft

    def _character(self) -> str:
        """`&lt;` and its kind; an ampersand that begins none of them stands for itself."""
        found = _CHARACTER.match(self.text, self.at)
        assert found is not None  # the pattern matches a lone "&" too
        hexadecimal, decimal, name = found.groups()
        character = ""
        if name:
            character = _NAMED.get(name, "")
        elif len(found.group().rstrip(";")) < len("&#x1234567"):
            code = int(hexadecimal, 16) if hexadecimal else int(decimal or "0")
            if 0xD800 <= code <= 0xDFFF:
                raise unparsable(
                    "Text contains invalid Unicode characters after decoding HTML entities, check for "
                    "unmatched surrogate code units"
                )
            character = chr(code) if 0 < code < 0x10FFFF else ""
        self.at = found.end() if character else self.at + 1
        return character or "&"

    def _start_tag(self) -> None:
        begin = self.at
        tag = self._take(_TAG_NAME, skip=1).lower()
        if self._ended:
            raise self._broken("Unclosed start tag", begin)
        if tag not in _TAGS:
            raise self._broken(f'Unsupported start tag "{tag}"', begin)
        argument = ""
        while True:
            self._take(_SPACE)
            if self.text.startswith(">", self.at):
                self.at += 1
                break
            name, value = self._attribute(tag, begin)
            argument = _argument(tag, name, value) or argument
        if tag == "span" and argument != "spoiler":
            raise self._broken('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(_Open(tag, argument, self.draft.length, len(self.draft.pieces)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self._take(_ATTRIBUTE_NAME)
        if not name:
            raise self._broken(f'Empty attribute name in the tag "{tag}"', begin)
        self._take(_SPACE)
        if not self._ended and self.text[self.at] != "=":
            return name, ""
        self.at += 1
        self._take(_SPACE)
        if self._ended:
            raise self._broken(f'Unclosed start tag "{tag}"', begin)
        value = self._quoted() if self.text[self.at] in "\"'" else self._token()
        if self._ended:
            raise self._broken("Unclosed start tag", begin)
        return name, value

    def _quoted(self) -> str:
        quote, value = self.text[self.at], ""
        self.at += 1
        while not self._ended and self.text[self.at] != quote:
            if self.text[self.at] == "&":
                value += self._character()
            else:
                value += self.text[self.at]
                self.at += 1
        self.at += 1
        return value

    def _token(self) -> str:
        begin = self.at
        value = self._take(_NAME_TOKEN).lower()
        if not self._ended and self.text[self.at] not in " \t\r\n\v>":
            raise self._broken("Unexpected end of name token", begin)
        return value

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise self._broken("Unexpected end tag", begin)
        tag = self._take(_TAG_NAME, skip=2).lower()
        self._take(_SPACE)
        if not self.text.startswith(">", self.at):
            raise self._broken("Unclosed end tag", begin)
        self.at += 1
        opened = self.open.pop()
        if tag not in ("", opened.tag):
            found = f'expected "</{opened.tag}>", found "</{tag}>"'
            raise unparsable(f"Unmatched end tag at byte offset {byte_offset(self.text, begin)}, {found}")
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        match opened.tag:
            case "a":
                self.draft.link(opened.start, opened.argument or self.draft.since(opened.piece))
            case "code" | "pre":
                self._close_code(opened)
            case "blockquote" if opened.argument:
                self.draft.mark(MessageEntityType.EXPANDABLE_BLOCKQUOTE, opened.start)
            case "blockquote":
                self.draft.mark(MessageEntityType.BLOCKQUOTE, opened.start)
            case "tg-emoji":
                if not opened.argument.isdigit() or int(opened.argument) == 0:
                    raise unparsable("Invalid custom emoji identifier specified")
                self.draft.mark(MessageEntityType.CUSTOM_EMOJI, opened.start, opened.argument)
            case simple:
                self.draft.mark(_SIMPLE[simple], opened.start)

    def _close_code(self, opened: _Open) -> None:
        """`<pre><code class="language-x">` around the same text is one block with a language."""
        outer = self.open[-1] if self.open else None
        if opened.tag == "code" and outer is not None and outer.tag == "pre" and outer.start == opened.start:
            outer.argument = opened.argument
            return
        kind = MessageEntityType.PRE if opened.tag == "pre" else MessageEntityType.CODE
        self.draft.mark(kind, opened.start, opened.argument if opened.tag == "pre" else "")

    @property
    def _ended(self) -> bool:
        return self.at >= len(self.text)

    def _take(self, pattern: re.Pattern[str], skip: int = 0) -> str:
        found = pattern.match(self.text, self.at + skip)
        assert found is not None  # all patterns here match nothing as well
        self.at = found.end()
        return found.group()

    def _broken(self, what: str, position: int) -> Exception:
        return unparsable(f"{what} at byte offset {byte_offset(self.text, position)}")


def _argument(tag: str, name: str, value: str) -> str:
    """What an attribute says about its tag; Telegram ignores all others."""
    match tag, name:
        case ("a", "href") | ("tg-emoji", "emoji-id"):
            return value
        case ("code", "class") if value.startswith("language-"):
            return value.removeprefix("language-")
        case ("span", "class") if value.startswith("tg-"):
            return value.removeprefix("tg-")
        case ("blockquote", "expandable"):
            return "expandable"
        case _:
            return ""
