"""The one shell: load > triage > decide > save, all in one transaction (docs/design.md, promise 2).

A turn is synchronous and sends nothing. Rooms are handed in by the composition root; which of them decides follows
from what happened: a command names its room, a tap belongs to its card, typed words to the card that is open.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from bot import cards
from bot.adapters.courier import Composed
from bot.adapters.graves import Graves
from bot.adapters.keyring import Key, Keyring
from bot.adapters.store import cards as card_store
from bot.adapters.store import checkins, drills, inbox, logbook, outbox, people, privacy, profile, safety, vault
from bot.adapters.store.outbox import Posted
from bot.drills.goes import ON
from bot.model import (
    IN_PRIVATE,
    LATE,
    NO_ZONE,
    NOT_MINE,
    PLANNED_BY,
    Acknowledge,
    Agree,
    Arrive,
    BeginDrill,
    CallOff,
    Choose,
    Close,
    Decision,
    DidDrill,
    Effect,
    EndDrill,
    Event,
    Fetch,
    Forget,
    KeepAnswer,
    KeepCountry,
    KeepDay,
    KeepFlag,
    KeepLog,
    KeepPlace,
    Located,
    LookUp,
    NotToday,
    Open,
    Reach,
    Reached,
    Remove,
    Rest,
    Resume,
    Say,
    Schedule,
    Screen,
    SendExport,
    Sent,
    Snooze,
    Stand,
    StartClock,
    Tap,
    Turn,
    Typed,
    Who,
)
from bot.onboarding.consent import agreed
from bot.preferences.rules import ended_by_writing
from bot.privacy import export
from bot.profile.rules import SHARING, WHERE
from bot.reminders import duty
from bot.reminders.rules import BUSY, GONE, OF_A_REMINDER
from bot.safety.handover import A_WEEK, AN_HOUR, Noticed, elsewhere, hand_over, recorded, stay, taken_back
from bot.safety.levels import Level
from bot.safety.triage import triage
from bot.words import Words


class Needs(Exception):
    """A rule can't decide before something is looked up; the turn is undone, and comes again with what was found.

    `first` is what is said before that.
    """

    def __init__(self, what: LookUp | Fetch, first: Decision | None = None) -> None:
        super().__init__("a look-up")
        self.what = what
        self.first = first


def _claims_nothing(who: Who, event: Event) -> bool:
    return False


class Room(NamedTuple):
    """How a room takes part in a turn: `load` reads its facts, `decide` is its pure rule over them.

    `claims`: whether typed words are its own, whichever card is open; that card stays open.
    """

    load: Callable[[Connection, Key, Who, Event], Any]
    decide: Callable[[Any, Event], Decision]
    claims: Callable[[Who, Event], bool] = _claims_nothing


def who_is_enough(connection: Connection, key: Key, who: Who, event: Event) -> Who:
    """The `load` of a room that needs no facts of its own."""
    return who


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a committed turn leaves to do: a toast for the tapped button, and rows for the courier.

    `seen_before` means that this update had been dealt with: nothing was counted. `forgotten`: the person is nobody
    to us now; `erased`: and the files are to be cleared of them. `country` is where the person
    said that they live, when they did: /sos answers from memory.
    """

    toast: str = ""
    posted: tuple[Posted, ...] = ()
    seen_before: bool = False
    erased: bool = False
    forgotten: bool = False
    country: str | None = None


class Turner:
    """Runs turns. `rooms` by card kind; `fallback` decides what no card and no command claims."""

    def __init__(
        self, keyring: Keyring, words: Words, graves: Graves, rooms: Mapping[str, Room], fallback: Room
    ) -> None:
        self._keyring = keyring
        self._words = words
        self._graves = graves
        self._rooms = rooms
        self._fallback = fallback

    def turn(self, connection: Connection, event: Event, now: datetime, room: Room | None = None) -> Outcome:
        """One update, whole: `room` is set when a command names it.

        Raises:
            Needs: nothing was decided; roll back, look up, and run it again with `event.found`.
        """
        if not inbox.mark_done(connection, event.update_id, now):
            return Outcome(seen_before=True)
        known, who = self.load(connection, event)
        noticed = self._noticed(connection, known.key, who, event, now)
        decision = self.decide(connection, known.key, who, event, room, noticed)
        if noticed and not event.private:  # health is for the private chat
            if who.person is not None and people.can_be_written_to(connection, event.owner):
                event = replace(event, chat=event.owner, private=True)
            else:
                decision = elsewhere(decision)
        saving = _Saving(connection, self._keyring, self._words, self._graves, known.key, who, event, now)
        if known.reach != "ok" and event.private and not isinstance(event.act, Reached):
            # Whoever writes to us can be written to: Telegram need not say so.
            people.reach(connection, event.chat, "ok", now)
        for effect in decision.effects:
            saving.save(effect)
        if any(isinstance(effect, PLANNED_BY) for effect in decision.effects) and not saving.forgotten:
            duty.follow(connection, known.key, event.owner, now)
        toast = self._words.label(decision.toast, who.locale) if decision.toast else ""
        return Outcome(
            toast, tuple(saving.posted), erased=saving.erased, forgotten=saving.forgotten, country=saving.country
        )

    def say(self, connection: Connection, event: Event, now: datetime, first: Decision) -> tuple[Posted, ...]:
        """What waits for no look-up. The update is not done by it: after a crash it is said again rather than lost."""
        known, who = self.load(connection, event)
        saving = _Saving(connection, self._keyring, self._words, self._graves, known.key, who, event, now)
        for effect in first.effects:
            saving.save(effect)
        return tuple(saving.posted)

    def prompt(
        self, connection: Connection, event: Event, room: Room, now: datetime, dress: Callable[[Screen], Screen]
    ) -> Composed | str:
        """A reminder, written as it is sent: the card that `room` opens for this event; `dress` adds the way out of it.

        Nobody did anything, so no update is marked done. A text instead says why it does not fit now.
        """
        known, who = self.load(connection, event)
        if known.card is not None and known.card.kind in ON:
            return BUSY
        if not agreed(who):
            return GONE
        decision = room.decide(room.load(connection, known.key, who, event), event)
        saving = _Saving(connection, self._keyring, self._words, self._graves, known.key, who, event, now)
        opened = next(effect for effect in decision.effects if isinstance(effect, Open))
        for effect in decision.effects:
            if effect is not opened:
                saving.save(effect)
        return saving.compose(replace(opened, screen=dress(opened.screen)))

    def load(self, connection: Connection, event: Event) -> tuple[people.Known, Who]:
        """The facts that every room gets."""
        tapped = event.act.card if isinstance(event.act, Tap) else None
        known = people.known(connection, self._keyring, event.owner, event.chat, tapped)
        locale = known.person.locale if known.person else self._words.locale(event.language)
        card = known.card if isinstance(event.act, Typed | Located) or tapped is not None else None
        return known, Who(known.person, card, event.name, locale)

    def _noticed(
        self, connection: Connection, key: Key, who: Who, event: Event, now: datetime
    ) -> Noticed | None:
        """What the triage reads in the words, with what it noticed before."""
        hit = triage(event.words) if event.words else None
        if hit is None:
            return None
        before = safety.flags(connection, key, event.owner, event.at - A_WEEK) if agreed(who) else ()
        return Noticed(hit, before, now - event.at)

    def _staying(self, connection: Connection, key: Key, who: Who, event: Event) -> Decision | None:
        """What goes with words of danger, just after them, is no answer to a question that was open before."""
        beside = isinstance(event.act, Sent)  # a file is no such answer, whatever its caption
        template = taken_back(event.words) if event.words and agreed(who) and not beside else None
        if template is None:
            return None
        return stay(template, who, event, safety.flags(connection, key, event.owner, event.at - AN_HOUR))

    def decide(
        self, connection: Connection, key: Key, who: Who, event: Event, room: Room | None, noticed: Noticed | None
    ) -> Decision:
        """The room decides; what the triage noticed replaces its reply, and waits for nothing but a concern does.

        Beside a file it is said before the file is fetched, and what the file holds is kept without another word.
        """
        decision = self._decided(connection, key, who, event, room)
        if noticed and noticed.hit.level > Level.CONCERN and isinstance(event.act, Sent):
            if isinstance(decision.needs, Fetch):
                raise Needs(decision.needs, hand_over(noticed, who, event, Decision()))
            decision = Decision(recorded(decision)) if event.found else hand_over(noticed, who, event, decision)
        elif noticed and not (decision.needs and noticed.hit.level is Level.CONCERN):
            decision = hand_over(noticed, who, event, decision)
        elif staying := self._staying(connection, key, who, event):
            decision = staying
        elif decision.needs is not None:
            raise Needs(decision.needs)
        return ended_by_writing(who, event, decision, handed_over=noticed is not None)

    def _decided(self, connection: Connection, key: Key, who: Who, event: Event, room: Room | None) -> Decision:
        if isinstance(event.act, Tap):
            refusal = cards.refuse(event, event.act, who.card)
            if refusal is not None:
                return refusal
        if isinstance(event.act, Tap) and event.act.act.startswith(OF_A_REMINDER):
            room = self._rooms[OF_A_REMINDER]
        elif room is None and who.card is not None and self._fallback.claims(who, event):
            room = self._fallback
        elif room is None and who.card is not None and (not isinstance(event.act, Located) or who.card.step == WHERE):
            room = self._rooms.get(who.card.kind)
        decision = room.decide(room.load(connection, key, who, event), event) if room else NOT_MINE
        if decision is NOT_MINE:
            decision = self._fallback.decide(self._fallback.load(connection, key, who, event), event)
        return decision


class _Saving:
    """Carries a decision's effects into the store: one method an effect, in the order of the decision."""

    def __init__(
        self, connection: Connection, keyring: Keyring, words: Words, graves: Graves, key: Key, who: Who,
        event: Event, now: datetime,
    ) -> None:
        self._connection = connection
        self._keyring = keyring
        self._words = words
        self._graves = graves
        self._key = key
        self._who = who
        self._event = event
        self._now = now
        self.posted: list[Posted] = []
        self.erased = self.forgotten = False
        self.country: str | None = None

    def save(self, effect: Effect) -> None:
        connection, owner, chat, now = self._connection, self._event.owner, self._event.chat, self._now
        match effect:
            case Arrive():
                people.arrive(connection, owner, self._who.locale, now)
            case KeepPlace(zone, country):
                people.keep_place(connection, owner, zone, country)
                self.country = country
            case Choose(name, value):
                profile.choose(connection, self._key, owner, name, value, self._event.at)
            case Rest(until):
                people.pause(connection, owner, self._event.at, until)
                duty.heard(connection, owner, self._zone, until or self._event.at)
            case Resume():
                people.pause(connection, owner, None, None)
                duty.heard(connection, owner, self._zone, self._event.at)
            case Agree(purposes, version):
                people.agree(connection, owner, purposes, version, self._event.at)
            case KeepAnswer(day, marker, value):
                checkins.keep_answer(connection, self._key, owner, day, marker, value, self._event.at)
            case KeepDay(day, kept):
                checkins.keep_day(connection, self._key, owner, day, kept, self._event.at)
            case KeepCountry(code):
                people.keep_country(connection, owner, code)
                self.country = code
            case BeginDrill():
                drills.begin(connection, self._key, owner, effect, self._event.at)
            case DidDrill(drill, occasion):
                drills.did(connection, self._key, owner, drill, occasion, self._event.at)
            case EndDrill():
                drills.end(connection, self._key, owner, effect, self._event.at)
            case Acknowledge() | Snooze() | NotToday() | StartClock() | Schedule() | CallOff():
                duty.save(connection, self._key, self._who, effect, self._event, now)
            case KeepFlag(level, category, rule):
                safety.keep_flag(connection, self._key, owner, level, category, rule, self._event.at)
            case KeepLog(message, records, ways):
                logbook.keep(connection, self._key, owner, message, records, ways, self._event.at)
            case Forget(asked):
                self._forget(asked)
            case Open():
                self._open_card(effect)
            case Close(kind):
                self._close_card(kind)
            case Remove(kind):
                self._remove_card(kind)
            case Turn():
                self._turn_card(effect)
            case Stand(step):
                assert self._who.card is not None, "a rule moved a card where there was none"
                card_store.stand(connection, self._who.card.id, step)
            case Say(screen, in_place):
                place = self._place(screen) if in_place else None
                self._post("text", self._payload(screen), message_id=place)
                if in_place and self._tapped is not None and place is None:
                    self._strip([self._tapped])
            case SendExport(screen):
                self._post("file", {**self._payload(screen), **self._export()})
            case Reach(state, moved_to):
                people.reach(connection, chat, state, now, moved_to)
                if moved_to is not None:
                    card_store.move(connection, chat, moved_to)

    def _open_card(self, prompt: Open) -> None:
        owner, chat = self._event.owner, self._event.chat
        now = prompt.not_before is None
        asks = prompt.asking and now
        closed, steps = card_store.close_others(self._connection, owner, chat) if asks else ([], [])
        if prompt.until is not None:
            closed += card_store.past(self._connection, owner, chat, prompt.kind, self._event.at)
        card, version, older = card_store.reopen(
            self._connection, owner, chat, replace(prompt, asking=asks), self._event.at
        )
        reminds = prompt.not_before is not None and not prompt.promised
        rank = outbox.Rank.REMINDER if reminds else outbox.Rank.REPLY
        payload = self._payload(prompt.screen, card, version)
        if prompt.asking and not now:
            payload["asks"] = True  # from when it is there: until then another card may ask
        self._post(
            "text", payload, card=card, version=version, rank=rank, not_before=prompt.not_before,
            expires_at=prompt.expires_at,
        )
        # After the new screen: each of these takes a turn of the chat's pace, and nobody waits for them.
        self._strip({*closed, *older})
        self._put_away(steps)

    def compose(self, prompt: Open) -> Composed:
        """A card that is sent now, without a row of its own: whoever claimed the reminder sends it."""
        shut = replace(prompt, asking=False)
        card, version, older = card_store.reopen(
            self._connection, self._event.owner, self._event.chat, shut, self._event.at
        )
        self._strip(older)
        payload = self._payload(prompt.screen, card, version)
        payload["asks"] = True
        return Composed(card, version, payload, tuple(self.posted))

    def _put_away(self, steps: Iterable[str]) -> None:
        """The keyboard of a question that was left would stay below the input."""
        if WHERE in steps:
            self._remove_card(SHARING)

    def _close_card(self, kind: str) -> None:
        card = card_store.of_kind(self._connection, self._event.owner, self._event.chat, kind)
        if card is not None:
            card_store.close(self._connection, card)
            outbox.call_off(self._connection, card.id, self._now)
            if card.message_id is not None:
                self._strip([card.message_id])

    def _remove_card(self, kind: str) -> None:
        card = card_store.of_kind(self._connection, self._event.owner, self._event.chat, kind)
        if card is None:
            return
        instead = self._payload(Screen("profile/put_away"))  # said when Telegram does not delete it any more
        if card.message_id is not None:
            self._post("remove", instead, message_id=card.message_id)
            card_store.lost(self._connection, card.id)
        else:
            # Not sent yet, or Telegram has not said where it lies: it goes first, and then the courier knows.
            self._post("remove", instead, card=card.id, version=card.version)

    def _turn_card(self, shown: Turn) -> None:
        card = self._who.card
        assert card is not None, "a rule turned a card where there was none"
        closed: list[int] = []
        steps: list[str] = []
        if shown.asking and not card.open:
            closed, steps = card_store.close_others(self._connection, card.owner, card.chat)
        # A tap proves where the card lies, also when Telegram's answer was lost and the card was sent again; after
        # typed words it goes below them, and what is a picture, or is to be one, can't be edited. Either way, the
        # message that showed it before loses its buttons.
        place = self._place(shown.screen)
        before = {message for message in (card.message_id, self._tapped) if message is not None and message != place}
        version = card_store.show(self._connection, card, place, shown.step, shown.asking)
        unhurried = shown.unhurried and place is not None  # a new message keeps its place among the others
        self._post_card(card.id, version, shown.screen, outbox.Rank.TIDY if unhurried else outbox.Rank.REPLY)
        self._strip([*closed, *before])
        self._put_away(steps)

    def _forget(self, asked: bool) -> None:
        """Everything goes; what is said of it afterwards is sealed with a new key that knows nothing."""
        owner = self._event.owner
        wrapped = vault.lock(self._connection, owner)
        if wrapped is not None:
            self._graves.erased(wrapped)
        privacy.erase(self._connection, self._keyring, owner, self._now)
        self._key = vault.key(self._connection, self._keyring, owner)
        self.posted.clear()
        self.erased, self.forgotten = asked, True

    def _export(self) -> dict[str, Any]:
        """The files of an export as text, and what the archive of them is called."""
        columns = privacy.column_map()
        document = privacy.export(self._connection, self._keyring, self._event.owner)
        page = self._words.render(export.page(document, columns, self._zone, self._event.at), self._who.locale)
        return {"name": export.name(self._zone, self._event.at), "files": export.files(document, columns, page.text)}

    @property
    def _zone(self) -> str:
        return self._who.person.zone if self._who.person else NO_ZONE

    @property
    def _tapped(self) -> int | None:
        return self._event.act.message_id if isinstance(self._event.act, Tap) else None

    def _place(self, screen: Screen) -> int | None:
        """The message that becomes this screen: the tapped one, unless one of the two has a medium."""
        tap = self._event.act
        if not isinstance(tap, Tap) or not tap.editable or screen.medium is not None:
            return None
        return tap.message_id

    def _strip(self, messages: Iterable[int]) -> None:
        for message in messages:
            self._post("strip", {}, message_id=message, rank=outbox.Rank.TIDY)

    def _post_card(self, card: int, version: int, screen: Screen, rank: outbox.Rank) -> None:
        self._post("text", self._payload(screen, card, version), card=card, version=version, rank=rank)

    def _payload(self, screen: Screen, card: int = 0, version: int = 0) -> dict[str, Any]:
        rendered = self._words.render(screen, self._who.locale)
        rows = [
            [
                {"text": label, "url": act} if act == IN_PRIVATE
                else {"text": label, "callback_data": cards.data(card, version, act)}
                for label, act in row
            ]
            for row in rendered.rows
        ]
        payload: dict[str, Any] = {"text": rendered.text, "rows": rows}
        belated = {"from": (self._now + LATE).isoformat(), "text": rendered.belated} if rendered.belated else None
        more = {"share": rendered.share, "medium": rendered.medium, "belated": belated}
        return payload | {name: value for name, value in more.items() if value is not None}

    def _post(self, method: str, payload: dict[str, Any], **more: Any) -> None:
        self.posted.append(
            outbox.post(
                self._connection,
                self._key,
                owner=self._event.owner,
                chat=self._event.chat,
                method=method,
                payload=payload,
                now=self._now,
                **more,
            )
        )

