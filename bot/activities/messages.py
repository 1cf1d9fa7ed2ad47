"""The messages of a FIT file that a session is made of, as the FIT protocol of Garmin's SDK lays them out. Pure.

    file = header, (definition | message) ..., sum of all that

A definition says which fields, of which sizes, the messages after it have. It becomes one `Struct` that passes by
what nobody asks for: of the thirty fields that a watch writes each second, five are read. fitdecode, which reads them
all, takes seven times as long; the tests hold the two against each other.
"""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from bot.activities.activity import Unfit

MARK: Final = b".FIT"
HEADER, CHECK = 12, 2  # bytes: of the shortest header, and of the sum behind the messages
COMPRESSED, DEFINES, DEVELOPER = 0x80, 0x40, 0x20  # bits of the byte before each
TIMESTAMP: Final = 253  # the field that any message may have
TIME: Final = "timestamp"

Message = dict[str, float]

# What is read of which messages: a name and, by its number, each field with what its whole numbers are divided by.
READ: Final[dict[int, tuple[str, dict[int, tuple[str, int]]]]] = {
    0: ("file", {0: ("type", 1)}),
    12: ("sport", {0: ("sport", 1), 1: ("sub_sport", 1)}),
    18: ("session", {
        2: ("start_time", 1), 5: ("sport", 1), 6: ("sub_sport", 1), 7: ("total_elapsed_time", 1000),
        8: ("total_timer_time", 1000), 9: ("total_distance", 100), 16: ("avg_heart_rate", 1), 17: ("max_heart_rate", 1),
        59: ("total_moving_time", 1000),
    }),
    20: ("record", {0: ("position_lat", 1), 1: ("position_long", 1), 3: ("heart_rate", 1), 5: ("distance", 100)}),
    21: ("event", {0: ("event", 1), 1: ("event_type", 1)}),
}
# By the five bits of a base type: how it is laid out, and the value that says "not known".
_TYPES: Final[dict[int, tuple[str, int | None]]] = {
    0: ("B", 0xFF), 1: ("b", 0x7F), 2: ("B", 0xFF), 3: ("h", 0x7FFF), 4: ("H", 0xFFFF), 5: ("i", 0x7FFFFFFF),
    6: ("I", 0xFFFFFFFF), 8: ("f", None), 9: ("d", None), 10: ("B", 0), 11: ("H", 0), 12: ("I", 0),
    14: ("q", 2**63 - 1), 15: ("Q", 2**64 - 1), 16: ("Q", 0),
}


class _Layout(NamedTuple):
    """How the messages of a definition lie; `fields` are those read, in order, each with its divisor and no-value."""

    name: str | None
    struct: struct.Struct
    fields: tuple[tuple[str, int, int | None], ...]


def parts(content: bytes) -> Iterator[bytes]:
    """The files of a chain, each whole.

    Raises:
        Unfit: "broken" at one that is cut off or damaged, or is none.
    """
    place = 0
    while place < len(content):
        size = content[place] + int.from_bytes(content[place + 4:place + 8], "little") + CHECK
        part = content[place:place + size]
        # With its own sum behind it, a file's sum is zero.
        if part[HEADER - len(MARK):HEADER] != MARK or len(part) < size or content[place] < HEADER or _sum(part):
            raise Unfit("broken")
        yield part
        place += size


def messages(part: bytes) -> Iterator[tuple[str, Message]]:
    """Those that are read, in order, with what they say: in seconds since 1989-12-31, metres, semicircles, codes.

    Raises:
        Unfit: "broken" where a message has no definition, or does not end with the file.
    """
    place, end = part[0], len(part) - CHECK
    layouts = dict[int, _Layout]()
    now: int | None = None
    try:
        while place < end:
            head = part[place]
            place += 1
            if head & DEFINES and not head & COMPRESSED:
                place, layouts[head & 15] = _defined(part, place, developer=bool(head & DEVELOPER))
                continue
            layout = layouts[head >> 5 & 3 if head & COMPRESSED else head & 15]
            values = layout.struct.unpack_from(part, place)
            place += layout.struct.size
            message: Message = {
                name: value / by if by != 1 else value
                for (name, by, unknown), value in zip(layout.fields, values, strict=True) if value != unknown
            }
            if head & COMPRESSED:
                if now is not None:  # five bits of the time: the next moment that ends in them
                    now += (head & 31) - now & 31
                    message[TIME] = now
            elif isinstance(said := message.get(TIME), int):
                now = said
            if layout.name is not None:
                yield layout.name, message
    except (KeyError, IndexError, struct.error):
        raise Unfit("broken") from None
    if place != end:
        raise Unfit("broken")


def _defined(part: bytes, place: int, *, developer: bool) -> tuple[int, _Layout]:
    """Where the definition ends, and the layout that it means."""
    order = ">" if part[place + 1] else "<"
    name, wanted = READ.get(int.from_bytes(part[place + 2:place + 4], "big" if order == ">" else "little"), (None, {}))
    wanted = wanted | {TIMESTAMP: (TIME, 1)}
    laid_out, fields = [order], list[tuple[str, int, int | None]]()
    place, last = place + 5, place + 5 + 3 * part[place + 4]
    while place < last:
        number, size, of = part[place], part[place + 1], part[place + 2]
        code, unknown = _TYPES.get(of & 31, ("", None))
        if number in wanted and code and struct.calcsize(f"<{code}") == size:
            laid_out.append(code)
            fields.append((*wanted[number], unknown))
        else:  # nobody asks, or several values in one field
            laid_out.append(f"{size}x")
        place += 3
    if developer:  # of any name and kind: passed by
        last = place + 1 + 3 * part[place]
        laid_out.append(f"{sum(part[place + 2:last:3])}x")
        place = last
    return place, _Layout(name, struct.Struct("".join(laid_out)), tuple(fields))


def _table() -> tuple[int, ...]:
    sums = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
        sums.append(byte)
    return tuple(sums)


_TABLE: Final = _table()


def _sum(content: bytes) -> int:
    """The CRC of 16 bits."""
    crc = 0
    for byte in content:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 255]
    return crc
