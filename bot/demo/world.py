"""The pretend Telegram: people, chats, messages, files and the updates a bot gets. No HTTP here.

Dates are people's time (`clock.now()`), waiting is the machine's (`clock.monotonic()`, `clock.sleep()`).
"""

import itertools
import random
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberBanned,
    ChatMemberLeft,
    ChatMemberMember,
    ChatMemberUpdated,
    InaccessibleMessage,
    Message,
    User,
)
from telegram.constants import ChatType, UpdateType

from bot.adapters.clock import Clock
from bot.demo.faults import Faults
from bot.demo.files import Files
from bot.demo.journal import Journal
from bot.demo.markup import NO_MARKUP, Markup
from bot.demo.phone import Group, Phone
from bot.demo.refusals import bad_request
from bot.demo.rooms import BotStatus, JSONDict, Person, Post, Room, on_the_wire
from bot.demo.updates import CALLBACK_KEPT, KEPT, UpdateQueue
from bot.demo.waiting import Bell

TOKEN = "7000000001:AA-demo-token-that-opens-no-real-door"
CALLS_KEPT = 100_000
_EPOCH = datetime.fromtimestamp(0, UTC)


class Call(NamedTuple):
    """One Bot API call: when it came (monotonic), and "ok", the refusal's text or "connection lost"."""

    at: float
    method: str
    params: JSONDict
    outcome: str


@dataclass
class Query:
    """A tapped button that spins until the bot answers; `toast` is the answer's text."""

    id: str
    asked_at: datetime
    toast: str | None = None
    alert: bool = False
    bell: Bell = field(default_factory=Bell)


Live = Callable[[timedelta], Awaitable[None]]


class World:
    """One Telegram with one bot in it."""

    def __init__(self, clock: Clock, token: str = TOKEN) -> None:
        self.clock = clock
        self.token = token
        self.bot = User(
            int(token.partition(":")[0]),
            "Coach",
            is_bot=True,
            username="coach_bot",
        )
        self.live: Live | None = None  # how time is lived through, where a coach is at hand that can be asked
        self._rng = random.Random(token)
        self.updates = UpdateQueue(clock, self._rng)
        self.files = Files(self.bot.id)
        self.faults = Faults(clock, self.updates, self.files)
        self.journal = Journal()
        self.profile: dict[tuple[str, ...], Any] = {}
        self.queries: dict[str, Query] = {}
        self.rooms: dict[int, Room] = {}
        self.phones: dict[int, Phone] = {}
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.counters: Counter[str] = Counter()
        self._user_ids = itertools.count(1_000_001)
        self._group_ids = itertools.count(400_001)
        self._channel_ids = itertools.count(1_002_000_000_001)
        # Private chats and basic groups share one row of message ids, each supergroup has its own.
        self._message_ids = itertools.count(1)

    # People and chats

    def person(
        self,
        first_name: str = "Ana",
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = "en",
    ) -> Phone:
        """Somebody new with Telegram on their phone; the bot cannot write to them before they write to it."""
        number = next(self._user_ids)
        user = User(number, first_name, False, last_name, username, language_code)
        chat = Chat(number, ChatType.PRIVATE, username=username, first_name=first_name, last_name=last_name)
        person = Person(user)
        room = self._open(chat, self._message_ids, person=person, members={number})
        phone = self.phones[number] = Phone(self, person, room)
        return phone

    def group(self, title: str, people: Iterable[Phone], bot_member: bool = True) -> Group:
        """A basic group of these people, with the bot or without."""
        members = {phone.id for phone in people}
        chat = Chat(-next(self._group_ids), ChatType.GROUP, title=title)
        room = self._open(chat, self._message_ids, members=members, bot_status="left")
        group = Group(self, room)
        if bot_member:
            self.add_bot(group)
        return group

    def add_bot(self, group: Group) -> None:
        """A member adds the bot."""
        self._bot_becomes("member", group.room)
        self.write(group.room, self._a_member(group.room), new_chat_members=(self.bot,))

    def kick_bot(self, group: Group) -> None:
        """A member throws the bot out."""
        self._bot_becomes("kicked", group.room)

    def migrate(self, group: Group) -> Group:
        """The group becomes a supergroup: a new chat id, and the old one only points to it."""
        old, someone = group.room, self._a_member(group.room)
        chat = Chat(-next(self._channel_ids), ChatType.SUPERGROUP, title=old.chat.title)
        new = self._open(chat, itertools.count(1), members=set(old.members), bot_status=old.bot_status)
        self.write(old, someone, migrate_to_chat_id=chat.id)
        self.write(new, someone, migrate_from_chat_id=old.chat.id)
        old.migrated_to = chat.id
        self.note_chat(old)
        return Group(self, new)

    def channel_post(self, text: str, title: str = "Club news") -> JSONDict:
        """A channel in which the bot is a member says something; the message."""
        chat = Chat(-next(self._channel_ids), ChatType.CHANNEL, title=title)
        room = self._open(chat, itertools.count(1))
        post = self.post(room, None, text=text, sender_chat=chat)
        self.updates.put(UpdateType.CHANNEL_POST, post.wire, post.date)
        return post.wire

    def idle_week(self) -> None:
        """A week in which nothing happens: old updates expire, new ones are numbered from somewhere else."""
        self.pass_time(timedelta(days=7))
        self.updates.restart_numbering()

    def pass_time(self, by: timedelta) -> None:
        """Move people's time on."""
        self.clock.move(by)
        self.journal.note("clock", offset=self.clock.offset.total_seconds())

    def deliver_raw(self, update: JSONDict, update_id: int | None = None) -> int:
        """Queue any JSON object as an update, under the next id unless one is given; its id."""
        return self.updates.put_raw(update, self.clock.now() + KEPT, update_id)

    def deliver_again(self, update_id: int) -> None:
        """Deliver an old update once more."""
        self.updates.again(update_id)

    # What people do

    def write(self, room: Room, sender: User, **content: Any) -> Post:
        """A person writes; the bot hears of it where it is present."""
        post = self.post(room, sender, **content)
        self.tell_bot(UpdateType.MESSAGE, post.wire, room, post.date)
        return post

    def tell_bot(self, kind: str, content: JSONDict, room: Room, date: datetime) -> None:
        """Queue an update from a chat, if the bot is in it."""
        if room.bot_status == "member":
            self.updates.put(kind, content, date)

    def tap(self, user: User, room: Room, message_id: int, data: str) -> Query:
        """A person taps a button with that data, whether or not the message still has it, or still exists."""
        now = self.clock.now()
        post = room.posts.get(message_id)
        query = Query(str(self._rng.getrandbits(62)), now)
        self.queries[query.id] = query
        self.journal.note("tap", query=query.id, chat=room.chat.id, message_id=message_id, data=data, by=user.id)
        gone = InaccessibleMessage(room.chat, message_id).to_dict() | {"date": 0}
        body = CallbackQuery(query.id, user, chat_instance=str(abs(room.chat.id) * 7919), data=data).to_dict()
        self.updates.put(UpdateType.CALLBACK_QUERY, body | {"message": post.wire if post else gone}, now)
        return query

    def block(self, room: Room, person: Person, blocked: bool) -> None:
        """A person blocks or unblocks the bot; Telegram tells the bot either way."""
        person.blocked = blocked
        self.note_chat(room)
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        self._my_chat_member(room, person.user, self.membership(before), self.membership(after))

    def note_chat(self, room: Room) -> None:
        """Tell the watchers what a chat is now, and who is in it."""
        self.journal.note(
            "chat",
            id=room.chat.id,
            kind=room.kind,
            title=room.chat.title or room.chat.first_name,
            members=sorted(room.members),
            blocked=room.person is not None and room.person.blocked,
            migrated_to=room.migrated_to,
        )

    def post(
        self,
        room: Room,
        sender: User | None,
        *,
        by_bot: bool = False,
        markup: Markup = NO_MARKUP,
        **content: Any,
    ) -> Post:
        """A message appears in a chat; `content` is the rest of `telegram.Message`."""
        now = self.clock.now()
        wire = on_the_wire(Message(next(room.ids), now, room.chat, from_user=sender, **content))
        if markup.inline:
            wire["reply_markup"] = markup.inline
        post = Post(wire, by_bot, now, markup.panel)
        room.keep(post, "new")
        return post

    # What the bot may do

    def room(self, chat_id: int) -> Room:
        """The chat, or 400 "chat not found"."""
        room = self.rooms.get(chat_id)
        if room is None:
            raise bad_request("chat not found")
        return room

    def room_to_write(self, chat_id: int) -> Room:
        """The chat, if the bot may write to it. Raises `Refusal`."""
        room = self.room(chat_id)
        if refusal := room.refusal():
            raise refusal
        return room

    def open_query(self, query_id: str) -> Query | None:
        """A tap that still waits for its answer."""
        query = self.queries.get(query_id)
        if query is None or query.toast is not None or self.clock.now() - query.asked_at > CALLBACK_KEPT:
            return None
        return query

    def membership(self, status: str) -> ChatMember:
        """The bot with that status in a chat."""
        match status:
            case "member":
                return ChatMemberMember(self.bot)
            case "left":
                return ChatMemberLeft(self.bot)
            case _:
                return ChatMemberBanned(self.bot, until_date=_EPOCH)

    def bot_leaves(self, room: Room) -> None:
        """The bot goes by itself; Telegram tells it so."""
        before, room.bot_status = room.bot_status, "left"
        self._my_chat_member(room, self.bot, self.membership(before), self.membership("left"))

    def record(self, at: float, method: str, params: JSONDict, outcome: str) -> None:
        """Note a call that came `at` (monotonic) for the tests; count it by method, and with its outcome."""
        self.calls.append(Call(at, method, params, outcome))
        self.counters[method] += 1
        self.counters[f"{method}: {outcome}"] += 1

    def _open(
        self,
        chat: Chat,
        ids: Iterator[int],
        person: Person | None = None,
        members: set[int] | None = None,
        bot_status: BotStatus = "member",
    ) -> Room:
        room = Room(chat, ids, self.journal, person, members or set(), bot_status)
        self.rooms[chat.id] = room
        self.note_chat(room)
        return room

    def _a_member(self, room: Room) -> User:
        return self.phones[min(room.members)].person.user

    def _bot_becomes(self, status: BotStatus, room: Room) -> None:
        before, room.bot_status = room.bot_status, status
        self._my_chat_member(room, self._a_member(room), self.membership(before), self.membership(status))

    def _my_chat_member(self, room: Room, by: User, before: ChatMember, after: ChatMember) -> None:
        now = self.clock.now()
        change = ChatMemberUpdated(room.chat, by, now, before, after)
        self.updates.put(UpdateType.MY_CHAT_MEMBER, change.to_dict(), now)
