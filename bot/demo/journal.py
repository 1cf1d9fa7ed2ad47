"""Everything that can be seen to happen in a world, in order, for those who watch from outside."""

from typing import NamedTuple

from bot.demo.waiting import Bell

Content = dict[str, object]


class Entry(NamedTuple):
    """One thing that happened, as facts that JSON can carry."""

    kind: str
    content: Content


class Journal:
    """Entries, oldest first, and a bell that rings for each."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.bell = Bell()

    def note(self, kind: str, /, **content: object) -> None:
        """Write down what happened, and wake whoever watches."""
        self.entries.append(Entry(kind, content))
        self.bell.ring()
