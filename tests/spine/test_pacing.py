"""The courier's pace: Telegram's limits as exact windows, halts to their end, nobody held up by somebody else's."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.pacing import CHATS_THAT_MEAN_ALL, Pacer
from bot.adapters.store.outbox import Posted, Rank


def row(row_id: int, chat: int, rank: int = Rank.REPLY) -> Posted:
    return Posted(row_id, chat, chat, rank, None)


def sent_times(pacer: Pacer, until: float) -> list[tuple[float, Posted]]:
    """Let time pass from one possible moment to the next; every flight lands at once."""
    now, sent = 0.0, []
    while now <= until:
        gone = pacer.next(now)
        if gone is not None:
            sent.append((now, gone))
            pacer.landed(gone, now, called=True)
            continue
        wait = pacer.wait(now)
        if wait is None:
            break
        now += max(wait, 1e-9)
    return sent


def at_most(times: list[float], count: int, seconds: float) -> bool:
    return all(later - earlier >= seconds - 1e-6 for earlier, later in zip(times, times[count:], strict=False))


@given(
    chats=st.lists(st.sampled_from([1, 2, 3, -4]), min_size=1, max_size=120), per_second=st.sampled_from([1, 5, 30])
)
def test_no_limit_is_ever_broken_and_all_is_sent(chats: list[int], per_second: int) -> None:
    pacer = Pacer(per_second)
    for number, chat in enumerate(chats):
        pacer.add(row(number, chat), 0.0)
    sent = sent_times(pacer, until=1e6)
    assert sorted(gone.id for _, gone in sent) == list(range(len(chats)))
    assert at_most([at for at, _ in sent], per_second, 1.0)
    by_chat: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for at, gone in sent:
        by_chat[gone.chat].append((at, gone.id))
    for chat, entries in by_chat.items():
        times = [at for at, _ in entries]
        assert [number for _, number in entries] == sorted(number for _, number in entries)  # in order within a chat
        assert at_most(times, 3, 3.0)
        if chat < 0:
            assert at_most(times, 20, 60.0)


@given(halts=st.dictionaries(st.integers(1, 4), st.integers(1, 10_072)), count=st.integers(1, 6))
def test_a_halt_is_obeyed_to_its_end_and_holds_up_nobody_else(halts: dict[int, int], count: int) -> None:
    pacer = Pacer(30)
    for chat in range(1, 6):
        for number in range(count):
            pacer.add(row(chat * 100 + number, chat), 0.0)
    for chat, seconds in halts.items():
        pacer.halt(chat, seconds, 0.0)
    sent = sent_times(pacer, until=1e6)
    assert len(sent) == 5 * count
    for at, gone in sent:
        assert at >= halts.get(gone.chat, 0)
        if gone.chat not in halts:
            assert at < 10  # no longer than its own limit of 3 in 3 s needs


def test_different_chats_refused_without_a_success_mean_everyone() -> None:
    pacer = Pacer(30)
    for chat in range(1, CHATS_THAT_MEAN_ALL + 1):
        pacer.halt(chat, 300, 0.0)
    pacer.add(row(1, 99), 0.0)
    assert [at for at, _ in sent_times(pacer, until=1e4)] == [300.0]


def test_a_success_in_between_means_that_each_was_meant_for_its_own_chat() -> None:
    pacer = Pacer(30)
    for chat in range(1, CHATS_THAT_MEAN_ALL + 1):
        pacer.halt(chat, 300, 0.0)
        pacer.succeeded()
    pacer.add(row(1, 99), 0.0)
    assert [at for at, _ in sent_times(pacer, until=1e4)] == [0.0]


def test_replies_go_before_tidying_before_reminders_before_broadcasts() -> None:
    pacer = Pacer(1)
    ranks = [Rank.BROADCAST, Rank.REMINDER, Rank.TIDY, Rank.REPLY, Rank.REMINDER, Rank.REPLY]
    for number, rank in enumerate(ranks):
        pacer.add(row(number, number + 1, rank), 0.0)
    assert [gone.rank for _, gone in sent_times(pacer, until=100)] == [0, 0, 1, 2, 2, 3]


def test_one_chat_has_one_flight() -> None:
    pacer = Pacer(30)
    pacer.add(row(1, 7), 0.0)
    first = pacer.next(0.0)
    assert first is not None
    pacer.add(row(2, 7), 0.0)
    assert pacer.next(0.0) is None
    pacer.landed(first, 0.0, called=True)
    assert pacer.next(0.0) is not None


def test_what_was_not_called_costs_nothing() -> None:
    pacer = Pacer(30)
    for number in range(10):
        pacer.add(row(number, 7), 0.0)
    for _ in range(5):  # superseded: dropped at the claim
        gone = pacer.next(0.0)
        assert gone is not None
        pacer.landed(gone, 0.0, called=False)
    assert [at for at, _ in sent_times(pacer, until=100)] == [0.0, 0.0, 0.0, 3.0, 3.0]


def test_a_row_is_taken_once() -> None:
    pacer = Pacer(30)
    pacer.add(row(1, 7), 0.0)
    pacer.add(row(1, 7), 0.0)
    assert len(sent_times(pacer, until=10)) == 1


@pytest.mark.parametrize("idle_for", [61.0, 1e6])
def test_idle_chats_are_forgotten(idle_for: float) -> None:
    pacer = Pacer(30)
    pacer.add(row(1, 7), 0.0)
    sent_times(pacer, until=1)
    pacer.halt(8, 10, 0.0)
    pacer.forget_idle(idle_for)
    assert not pacer._lanes


@given(at=st.floats(1.0, 5.0), per_second=st.sampled_from([5, 30]))
def test_a_reply_finds_room_however_many_reminders_wait(at: float, per_second: int) -> None:
    """It waits for two of them at most, not for the end of a second whose room went at its beginning."""
    pacer = Pacer(per_second)
    for number in range(10 * per_second):
        pacer.add(row(number, 100 + number, Rank.REMINDER), 0.0)
    now = sent_times(pacer, until=at)[-1][0]
    now = max(now, at)
    pacer.add(row(9999, 1), now)
    while (gone := pacer.next(now)) is None:
        now += max(pacer.wait(now) or 0.0, 1e-9)
    assert gone.rank == Rank.REPLY
    assert now - at <= 2 / per_second
