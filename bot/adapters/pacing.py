"""When a message may go: Telegram's limits as exact windows, one in flight a chat, and every halt to its end.

Pure bookkeeping over `monotonic` seconds; the courier asks `next` and reports what happened.
"""

import heapq
from collections import deque
from dataclasses import dataclass, field

from bot.adapters.store.outbox import Posted, Rank


@dataclass(frozen=True, slots=True)
class Window:
    """At most `count` messages in any `seconds`."""

    count: int
    seconds: float


# docs/reliability figures of the Bot API: 1 a second a chat on average with a burst of 3, 20 a minute a group.
CHAT = (Window(3, 3.0),)
GROUP = (Window(3, 3.0), Window(20, 60.0))
LONGEST = max(window.seconds for window in GROUP)

# Telegram does not say whether a 429 is meant for a chat or for the whole bot. That many different chats refused
# with no success in between means the bot.
CHATS_THAT_MEAN_ALL = 5


@dataclass(slots=True)
class _Lane:
    """One chat: rows that wait (smallest rank and id first), when it was last sent to, until when it is halted."""

    windows: tuple[Window, ...]
    rows: list[tuple[int, int, Posted]] = field(default_factory=list)
    sent: deque[float] = field(default_factory=lambda: deque(maxlen=max(w.count for w in GROUP)))
    halted_until: float = 0.0  # by a 429
    resting_until: float = 0.0  # by us
    flying: bool = False

    def free_at(self) -> float:
        """The earliest moment at which this chat may be sent to."""
        free = max(self.halted_until, self.resting_until)
        for window in self.windows:
            if len(self.sent) >= window.count:
                free = max(free, self.sent[-window.count] + window.seconds)
        return free


class Pacer:
    """Holds what waits to be sent and says what goes next."""

    def __init__(self, per_second: int) -> None:
        self._overall = Window(per_second, 1.0)
        self._sent: deque[float] = deque(maxlen=per_second)
        self._lanes: dict[int, _Lane] = {}
        self._ready: list[tuple[int, int, int]] = []  # (rank, id, chat); entries may be out of date
        self._timers: list[tuple[float, int]] = []  # (when a chat is free again, chat)
        self._known: set[int] = set()
        self._halted_until = 0.0
        self._refused: dict[int, float] = {}  # chats that answered 429 since the last success, and until when

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, row_id: int) -> bool:
        return row_id in self._known

    def waiting(self, chat: int) -> int:
        """How many rows of a chat wait here."""
        lane = self._lanes.get(chat)
        return len(lane.rows) if lane else 0

    def add(self, row: Posted, now: float) -> None:
        """A row that may be sent; twice is once."""
        if row.id in self._known:
            return
        self._known.add(row.id)
        lane = self._lane(row.chat)
        heapq.heappush(lane.rows, (row.rank, row.id, row))
        self._consider(row.chat, lane, now)

    def next(self, now: float) -> Posted | None:
        """The row that goes now, counted as sent and in flight; None when nothing may go."""
        while self._timers and self._timers[0][0] <= now:
            _, chat = heapq.heappop(self._timers)
            if chat in self._lanes:
                self._consider(chat, self._lanes[chat], now)
        while self._ready and self._overall_free_at(self._ready[0][0]) <= now:
            rank, row_id, chat = heapq.heappop(self._ready)
            lane = self._lanes.get(chat)
            if lane is None or lane.flying or not lane.rows or lane.rows[0][:2] != (rank, row_id):
                continue  # out of date: the chat was considered again since
            if lane.free_at() > now:
                self._consider(chat, lane, now)
                continue
            _, _, row = heapq.heappop(lane.rows)
            lane.flying = True
            lane.sent.append(now)
            self._sent.append(now)
            return row
        return None

    def wait(self, now: float) -> float | None:
        """Seconds until something may go without any news; None when nothing waits for time alone."""
        moments = [self._overall_free_at(self._ready[0][0])] if self._ready else []
        if self._timers:
            moments.append(max(self._timers[0][0], self._overall_free_at(Rank.REPLY)))
        return max(0.0, min(moments) - now) if moments else None

    def landed(self, row: Posted, now: float, *, called: bool) -> None:
        """A flight is over and settled; without a call it gives its place in the windows back."""
        self._known.discard(row.id)
        lane = self._lanes[row.chat]
        lane.flying = False
        if not called:
            lane.sent.pop()
            if self._sent:  # fewer are remembered than can be on their way
                self._sent.pop()
        self._consider(row.chat, lane, now)

    def succeeded(self) -> None:
        """A message got through: earlier refusals were meant for their own chats."""
        self._refused.clear()

    def halt(self, chat: int, seconds: float, now: float) -> None:
        """A 429 for this chat: nothing goes there for `seconds`, to the end."""
        lane = self._lane(chat)
        lane.halted_until = max(lane.halted_until, now + seconds)
        self._refused = {other: until for other, until in self._refused.items() if until > now}
        self._refused[chat] = lane.halted_until
        if len(self._refused) >= CHATS_THAT_MEAN_ALL:
            self.halt_all(min(self._refused.values()) - now, now)
        self._consider(chat, lane, now)

    def rest(self, chat: int, seconds: float, now: float) -> None:
        """Leave a chat alone for a while: after an outcome that nobody knows, or until its next message is whole."""
        self._lane(chat).resting_until = now + seconds

    def wake(self, chat: int, now: float) -> None:
        """A chat's rest is over at once."""
        lane = self._lane(chat)
        lane.resting_until = now
        self._consider(chat, lane, now)

    def halt_all(self, seconds: float, now: float) -> None:
        """Nothing goes to anyone for `seconds`."""
        self._halted_until = max(self._halted_until, now + seconds)

    def halted_for(self, chat: int, now: float) -> float:
        """Seconds for which a 429 forbids this chat (what even /sos obeys), 0 when none does."""
        lane = self._lanes.get(chat)
        return max(0.0, lane.halted_until - now) if lane else 0.0

    def forget_idle(self, now: float) -> None:
        """Drop chats that nothing is known of any more, so that memory stays flat."""
        for chat in [chat for chat, lane in self._lanes.items() if _idle(lane, now)]:
            del self._lanes[chat]
            self._refused.pop(chat, None)


    def _lane(self, chat: int) -> _Lane:
        lane = self._lanes.get(chat)
        if lane is None:
            # Negative ids are groups and channels.
            lane = self._lanes[chat] = _Lane(GROUP if chat < 0 else CHAT)
        return lane

    def _consider(self, chat: int, lane: _Lane, now: float) -> None:
        """Put a chat with something to send where `next` finds it: ready, or at the time when it is free."""
        if lane.flying or not lane.rows:
            return
        free = lane.free_at()
        if free <= now:
            rank, row_id, _ = lane.rows[0]
            heapq.heappush(self._ready, (rank, row_id, chat))
        else:
            heapq.heappush(self._timers, (free, chat))

    def _overall_free_at(self, rank: int) -> float:
        """When something of this rank may go. What is no reply keeps its distance: if all that a second has room for
        went at its beginning, a reply would wait for its end.
        """
        free = self._halted_until
        if len(self._sent) == self._overall.count:
            free = max(free, self._sent[0] + self._overall.seconds)
        if rank > Rank.REPLY and self._sent:
            free = max(free, self._sent[-1] + self._overall.seconds / self._overall.count)
        return free


def _idle(lane: _Lane, now: float) -> bool:
    return (
        not lane.rows
        and not lane.flying
        and lane.free_at() <= now
        and (not lane.sent or lane.sent[-1] + LONGEST <= now)
    )
