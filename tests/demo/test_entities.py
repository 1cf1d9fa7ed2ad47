"""Marked-up text: what comes out of it, and what Telegram says about broken markup."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.helpers import escape_markdown

from bot.demo.draft import utf16_length
from bot.demo.entities import found_in, parse
from bot.demo.refusals import Refusal

# Text that Telegram neither trims nor cleans: what a person could have typed, without control characters.
texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Mn"], exclude_characters="\u202a"))
typed = texts.filter(lambda text: text == text.strip(" \n") and not set(text) & set(map(chr, range(0x2028, 0x202F))))


def marked(text: str, mode: str | None) -> tuple[str, list[tuple[str, int, int]]]:
    plain, entities = parse(text, mode)
    return plain, [(str(entity.type), entity.offset, entity.length) for entity in entities]


@pytest.mark.parametrize(
    ("text", "plain", "entities"),
    [
        ("a <b>b</b>", "a b", [("bold", 2, 1)]),
        ("<strong>a</strong><em>b</em>", "ab", [("bold", 0, 1), ("italic", 1, 1)]),
        ("<u>a</u><ins>b</ins>", "ab", [("underline", 0, 1), ("underline", 1, 1)]),
        ("<s>a</s><del>b</del>", "ab", [("strikethrough", 0, 1), ("strikethrough", 1, 1)]),
        ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", 0, 1)]),
        ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
        ("<b><i>ab</i></b>", "ab", [("italic", 0, 2), ("bold", 0, 2)]),
        ("<code>a</code> <pre>b</pre>", "a b", [("code", 0, 1), ("pre", 2, 1)]),
        ('<pre><code class="language-py">a</code></pre>', "a", [("pre", 0, 1)]),
        ("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ('<a href="https://x.org/?a=1&amp;b=2">a</a>', "a", [("text_link", 0, 1)]),
        ("<a href='tg://user?id=7'>a</a>", "a", [("text_mention", 0, 1)]),
        ("<a href='nonsense'>a</a>", "a", []),
        ('<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>', "👍", [("custom_emoji", 0, 2)]),
        ("👩‍🚀 <b>ü👍</b>", "👩‍🚀 ü👍", [("bold", 6, 3)]),
        ("&lt;&gt;&amp;&quot;&#39;&#x1F44D; &nbsp; &", "<>&\"'👍 &nbsp; &", []),
        ("  <b>a</b> \n", "a", [("bold", 0, 1)]),
        ("<b> a </b>", " a", [("bold", 0, 2)]),
        ("a\r\nb\tc", "a\nb c", []),
        ("<b></b>a", "a", []),
    ],
)
def test_html(text: str, plain: str, entities: list[tuple[str, int, int]]) -> None:
    assert marked(text, "HTML") == (plain, sorted(entities, key=lambda e: (e[1], -e[2])))


@pytest.mark.parametrize(
    ("text", "plain", "entities"),
    [
        ("*b* _i_ __u__", "b i u", [("bold", 0, 1), ("italic", 2, 1), ("underline", 4, 1)]),
        ("~s~ ||p||", "s p", [("strikethrough", 0, 1), ("spoiler", 2, 1)]),
        ("`c` ```py\nd```", "c d", [("code", 0, 1), ("pre", 2, 1)]),
        ("`a.b`", "a.b", [("code", 0, 3)]),
        ("[t](https://x.org/\\))", "t", [("text_link", 0, 1)]),
        ("![👍](tg://emoji?id=5368324170671202286)", "👍", [("custom_emoji", 0, 2)]),
        (">a\n>b\nc", "a\nb\nc", [("blockquote", 0, 4)]),
        (">a\n>b||", "a\nb", [("expandable_blockquote", 0, 3)]),
        ("*_👍_*", "👍", [("bold", 0, 2), ("italic", 0, 2)]),
        ("1\\.5 \\\\", "1.5 \\", []),
    ],
)
def test_markdown(text: str, plain: str, entities: list[tuple[str, int, int]]) -> None:
    got = marked(text, "MarkdownV2")
    assert (got[0], sorted(got[1])) == (plain, sorted(entities))


@pytest.mark.parametrize(
    ("text", "mode", "description"),
    [
        ('ü<font color="red">', "HTML", 'Unsupported start tag "font" at byte offset 2'),
        ("a < b", "HTML", 'Unsupported start tag "" at byte offset 2'),
        ("<br/>", "HTML", 'Unsupported start tag "br/" at byte offset 0'),
        ("<b", "HTML", "Unclosed start tag at byte offset 0"),
        ("<b>a", "HTML", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>a</i>", "HTML", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("a</b>", "HTML", "Unexpected end tag at byte offset 1"),
        ("<b>a</b", "HTML", "Unclosed end tag at byte offset 4"),
        ("<a >", "HTML", 'Can\'t find end tag corresponding to start tag "a"'),
        ("<a ='x'>", "HTML", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href", "HTML", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href='x", "HTML", "Unclosed start tag at byte offset 0"),
        ("<a href=x/y>a</a>", "HTML", "Unexpected end of name token at byte offset 8"),
        ("<span>a</span>", "HTML", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji emoji-id='x'>a</tg-emoji>", "HTML", "Invalid custom emoji identifier specified"),
        ("1.5", "MarkdownV2", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a|b", "MarkdownV2", "Character '|' is reserved and must be escaped with the preceding '\\'"),
        ("a > b", "MarkdownV2", "Character '>' is reserved and must be escaped with the preceding '\\'"),
        ("hi!", "MarkdownV2", "Character '!' is reserved and must be escaped with the preceding '\\'"),
        ("ü*a", "MarkdownV2", "Can't find end of Bold entity at byte offset 2"),
        ("_a", "MarkdownV2", "Can't find end of Italic entity at byte offset 0"),
        ("`a", "MarkdownV2", "Can't find end of Code entity at byte offset 0"),
        ("```\na", "MarkdownV2", "Can't find end of Pre entity at byte offset 0"),
        ("[a](b", "MarkdownV2", "Can't find end of a URL at byte offset 4"),
        ("[a", "MarkdownV2", "Can't find end of TextUrl entity at byte offset 0"),
        (">*a\nb*", "MarkdownV2", "Can't find end of Bold entity at byte offset 1"),
        ("![a]", "MarkdownV2", "The entity must contain a tg://emoji or tg://time URL"),
        ("![a](x)", "MarkdownV2", "Invalid tg://emoji or tg://time URL specified"),
    ],
)
def test_broken_markup_is_refused_in_telegrams_words(text: str, mode: str, description: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(text, mode)
    assert refused.value.description == f"Bad Request: can't parse entities: {description}"


@pytest.mark.parametrize(
    ("text", "mode", "description"),
    [("a", "Markdown", "unsupported parse_mode"), ("\ud83d", None, "strings must be encoded in UTF-8")],
)
def test_other_refusals(text: str, mode: str | None, description: str) -> None:
    with pytest.raises(Refusal, match=description):
        parse(text, mode)


@given(typed)
def test_escaped_html_is_read_back_unchanged(text: str) -> None:
    assert marked(html.escape(text), "HTML") == (text, [])


@given(typed)
def test_escaped_markdown_is_read_back_unchanged(text: str) -> None:
    assert marked(escape_markdown(text, version=2), "MarkdownV2") == (text, [])


@given(typed.filter(bool), typed)
def test_offsets_count_utf16(before: str, inside: str) -> None:
    plain, entities = parse(f"{html.escape(before)}<b>{html.escape(inside)}</b>", "HTML")
    assert plain == before + inside
    for entity in entities:
        assert plain.encode("utf-16-le")[2 * entity.offset :].decode("utf-16-le") == inside


@given(st.text())
def test_length_is_that_of_utf16(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(st.text("<>/&;\"' =abi#x1\\*_`[]()|!~>\n.👍"), st.sampled_from(["HTML", "MarkdownV2"]))
def test_no_text_breaks_the_readers(text: str, mode: str) -> None:
    try:
        plain, entities = parse(text, mode)
    except Refusal:
        return
    assert all(e.offset >= 0 and e.offset + e.length <= utf16_length(plain) for e in entities)


def test_commands_are_marked_where_a_person_types_them() -> None:
    assert [(e.offset, e.length) for e in found_in("/start 👍 /why@coach_bot and/or 1/2 //x")] == [
        (0, 6),
        (10, 14),
    ]
