"""Cards: what a button carries, which taps count, and which may be typed (docs/design.md, promise 8). Pure."""

from bot.model import Card, Decision, Event, Label, Tap

_PREFIX = "v1"


def data(card: int, version: int, act: str) -> str:
    """What a button carries: `v1:card:version:act`; Telegram allows 64 bytes of it."""
    text = f"{_PREFIX}:{card}:{version}:{act}"
    assert len(text.encode()) <= 64, f"callback data {text} is longer than Telegram's 64 bytes"
    return text


def read_tap(text: str | None, message_id: int | None, *, editable: bool = True) -> Tap:
    """A tap out of callback data; whatever is not ours becomes a tap on no card."""
    parts = (text or "").split(":", 3)
    if len(parts) == 4 and parts[0] == _PREFIX and _is_number(parts[1]) and _is_number(parts[2]):
        return Tap(int(parts[1]), int(parts[2]), parts[3], message_id, editable)
    return Tap(None, 0, "", message_id, editable)


def typed_way(text: str) -> str | None:
    """The act of a way out of a question that may be typed as well as tapped; None for any other words."""
    said = text.strip().lower()
    return said if said in ("back", "skip") else None


def _is_number(text: str) -> bool:
    # Ids are 63 bits in both databases: a longer number is forged, and would be an error there.
    return text.isascii() and text.isdigit() and len(text) <= 18


def refuse(event: Event, tap: Tap, card: Card | None) -> Decision | None:
    """Why a tap does not count, as a friendly toast; None for a valid one. Nothing changes either way."""
    if card is None:
        return Decision(toast=Label("help/old_button"))
    if card.owner != event.owner or card.chat != event.chat:
        return Decision(toast=Label("help/not_yours"))
    if card.version != tap.version:
        return Decision(toast=Label("help/old_button"))
    return None
