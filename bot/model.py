"""The values that rooms exchange: Event in, Decision out. Nothing here does anything.

An `Event` is what a person did, already read from Telegram's update. A `Decision` is what the coach will
keep and say: effects for the store, screens for the person, a toast for the tapped button. Everything is
frozen; times are aware and in UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.activities.activity import Activity, Reason

# ---- what a person did -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Command:
    """`/name payload`, both without decoration; name in lower case."""

    name: str
    payload: str = ""


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap on one of our buttons. `card` is None when the data is none of ours.

    `editable` is False for a picture's button: that message can't become text.
    """

    card: int | None
    version: int
    act: str
    message_id: int | None
    editable: bool = True


@dataclass(frozen=True, slots=True)
class Typed:
    """Plain words, and the id of their message."""

    text: str
    message: int = 0


@dataclass(frozen=True, slots=True)
class Edited:
    """An older message of theirs, changed afterwards: read for safety; where it was a line for the log, read anew.

    `sent` is when it was written at first.
    """

    text: str
    message: int
    sent: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """A file: Telegram's id of it, its size in bytes (None: not said), its caption, and the id of its message."""

    file: str
    size: int | None
    text: str = ""
    message: int = 0


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A sticker, a voice note, a picture: something that this coach can't read. `text` is its caption."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """Telegram says whether we may write into this chat: `ok`, `blocked` or `kicked`."""

    state: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A group became a supergroup; `to` is its new chat id."""

    to: int


@dataclass(frozen=True, slots=True)
class Located:
    """A place that was shared, in degrees. It is looked up once and never kept."""

    latitude: float
    longitude: float


Act = Command | Tap | Typed | Edited | Sent | Unreadable | Located | Reached | Moved


# ---- where people are --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A town or a spot: `region` tells towns of one name apart; `country` is ISO 3166-1 alpha-2; `zone` is IANA's."""

    name: str
    region: str
    country: str
    zone: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a place that somebody named or shared may be, likeliest first; `sure` when there is just one to mean.

    Empty places: nothing like it is known. `available` is False when it could not be looked up at all.
    """

    places: tuple[Place, ...] = ()
    sure: bool = False
    available: bool = True


@dataclass(frozen=True, slots=True)
class LookUp:
    """What a rule must know of the world before it can decide: which places these words, or this spot, may mean."""

    text: str = ""
    spot: Located | None = None


@dataclass(frozen=True, slots=True)
class InFile:
    """The sessions of a file that somebody sent; none, and why not, when it can't be read as one."""

    activities: Sequence[Activity] = ()
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Fetch:
    """What a rule must know before it can decide: the sessions in this file, of so many bytes if Telegram says so."""

    file: str
    size: int | None


# ---- events -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event:
    """One update, read. `owner` is the lane: `from.id`, else the chat's id; `at` is when it happened.

    `found` answers what a rule asked for with `Decision.needs`.
    """

    update_id: int
    owner: int
    chat: int
    private: bool
    at: datetime
    act: Act
    name: str = ""
    language: str | None = None
    found: Found | InFile | None = None

    @property
    def words(self) -> str:
        """What the safety triage reads: everything in this event that a person wrote."""
        match self.act:
            case Typed(text, _) | Edited(text) | Unreadable(text) | Sent(_, _, text):
                return text
            case Command(_, payload):
                return payload
            case _:
                return ""


# ---- what the store knows of them ---------------------------------------------------------------------


NO_ZONE = "UTC"  # until somebody says where they are; no place on a map has it


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing unasked is sent since `since`; it ends at `until`, or with their next message when that is None."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Person:
    """Who we coach. `consent` is the newest version agreed to and not withdrawn, 0 when none.

    `zone` is IANA's name, "UTC" as long as it is not known; `country` is ISO 3166-1 alpha-2.
    """

    owner: int
    locale: str
    zone: str
    country: str | None
    consent: int
    pause: Pause | None = None

    @property
    def has_zone(self) -> bool:
        """Whether they said where they are."""
        return self.zone != NO_ZONE


@dataclass(frozen=True, slots=True)
class Column:
    """A line of the column map (promise 9): a column about somebody, why we have it, how long, in which kind.

    `export` says that their export shows it, `instant` that its values are moments, to be shown in their own zone.
    """

    table: str
    name: str
    kind: str
    purpose: str
    keep: str
    export: bool
    instant: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One message with buttons that a flow lives on (docs/design.md, promise 8)."""

    id: int
    owner: int
    chat: int
    kind: str
    day: date | None
    message_id: int | None
    version: int
    step: str
    open: bool


@dataclass(frozen=True, slots=True)
class Who:
    """The facts that every room gets: the person (None before /start), and the card that is meant.

    `card` is the tapped one, or for typed words the one that is open. `name` and `locale` come from this
    very update and are not kept.
    """

    person: Person | None
    card: Card | None
    name: str
    locale: str

    @property
    def agreed(self) -> int:
        """The consent version in force, 0 when none."""
        return self.person.consent if self.person else 0

    @property
    def country(self) -> str | None:
        """Where they said that they live, ISO 3166-1 alpha-2; None when they did not."""
        return self.person.country if self.person else None

    def local(self, at: datetime) -> datetime:
        """That instant on their clock; on UTC's as long as it is not known where they are."""
        return at.astimezone(ZoneInfo(self.person.zone if self.person else NO_ZONE))


# ---- what the coach says ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Label:
    """Words from a macro in `prompts/<locale>/<room>/labels.j2`; `name` is "room/macro"."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Button:
    """A button: its words (a plain string only for numbers and names), and the act that its tap carries.

    The act `IN_PRIVATE` taps nothing: in a group, it opens the private chat with the coach.
    """

    label: Label | str
    act: str


IN_PRIVATE: Final = "in private"
TO_PRIVATE: Final = (Button(Label("help/in_private"), IN_PRIVATE),)  # a row of it


@dataclass(frozen=True, slots=True)
class Animation:
    """One breath, drawn and looped: phases of (kind, whole seconds), and the word for each kind.

    Kinds are "in", "sip" (a second, short breath in), "hold" and "out"; for muscles "tense" and "release".
    """

    phases: tuple[tuple[str, int], ...]
    words: Mapping[str, Label]


@dataclass(frozen=True, slots=True)
class Voice:
    """A breath to be heard for so many whole minutes: phases as in `Animation`; `instead` where it can't be had."""

    phases: tuple[tuple[str, int], ...]
    minutes: int
    instead: "Screen"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a picture: its word, as a line or as bars, a value from 0 to 1 and its text for each column."""

    word: Label
    form: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Somebody's own numbers, drawn: rows above one another, and what stands under the columns."""

    rows: tuple[Line, ...]
    under: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person sees: a template `prompts/<locale>/<template>.j2`, its values, rows of buttons.

    `share` is the one button of a keyboard below the input that shares a place; such a screen has no `rows`. With a
    `medium` it is a message of its own, never an edit (promise 8), and of no more than 1,024 characters. `belated` has
    the words instead when it could not leave within `LATE`.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[tuple[Button, ...], ...] = ()
    share: Label | None = None
    medium: Animation | Voice | Picture | None = None
    belated: "Screen | None" = None


LATE: Final = timedelta(minutes=15)  # on its way, from them to us or from us to them


# ---- what the coach keeps and does --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arrive:
    """Know this person from now on: a row without anything about health."""


@dataclass(frozen=True, slots=True)
class Agree:
    """Consent, by purpose and version, with its time."""

    purposes: tuple[str, ...]
    version: int


@dataclass(frozen=True, slots=True)
class KeepAnswer:
    """One answer, kept as it was given; the newest of a day and marker counts. An empty one takes back the last."""

    day: date
    marker: str
    value: str


@dataclass(frozen=True, slots=True)
class KeepDay:
    """What a day keeps beside its answers: what was usual then, what was said."""

    day: date
    kept: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KeepCountry:
    """The country (ISO 3166-1 alpha-2) whose help lines this person sees."""

    code: str


@dataclass(frozen=True, slots=True)
class KeepPlace:
    """Where this person lives: the zone that days and hours follow, and the country of the help lines."""

    zone: str
    country: str


@dataclass(frozen=True, slots=True)
class Choose:
    """One choice about themselves, by name; it replaces the older one."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Rest:
    """A pause from now on, until an instant or (None) until they write."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Resume:
    """The pause is over."""


@dataclass(frozen=True, slots=True)
class BeginDrill:
    """A go of a drill begins: how long in minutes, how revved up they are (None: not said), and on what occasion."""

    drill: str
    minutes: int
    before: int | None
    occasion: str = ""


@dataclass(frozen=True, slots=True)
class DidDrill:
    """A drill was done, and nobody timed it."""

    drill: str
    occasion: str = ""


@dataclass(frozen=True, slots=True)
class EndDrill:
    """The latest go is over, and how revved up they are now (None: not said).

    `minutes`: how long it was, where that is not what was planned. `noticed`: what they were most aware of.
    """

    outcome: str
    after: int | None = None
    minutes: int | None = None
    noticed: str | None = None


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """The reminder on the tapped card was answered, and how: it was not ignored, nor were those before."""

    answer: str


@dataclass(frozen=True, slots=True)
class Snooze:
    """The reminder on the tapped card comes again at that instant."""

    until: datetime


@dataclass(frozen=True, slots=True)
class NotToday:
    """No more of the tapped card's reminder on its day."""


@dataclass(frozen=True, slots=True)
class StartClock:
    """A repeating reminder counts its minutes from this instant on."""

    kind: str
    anchor: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """A reminder for one local date, at so many minutes of it; `what` is it for, in their words."""

    kind: str
    on: date
    minute: int
    what: str | None = None


@dataclass(frozen=True, slots=True)
class CallOff:
    """A reminder that was scheduled for one date is not wanted any more."""

    rule: int


@dataclass(frozen=True, slots=True)
class KeepFlag:
    """That something was noticed: level, category and rule. Never the words."""

    level: str
    category: str
    rule: str


@dataclass(frozen=True, slots=True)
class KeepLog:
    """What a message of theirs holds for the log, in place of what it held before; nothing takes it out.

    `ways`: what it may mean instead, until they say so; each a list of records (docs/log-lines.md). None leaves them.
    """

    message: int
    records: Sequence[Mapping[str, Any]]
    ways: Sequence[Sequence[Mapping[str, Any]]] | None = ()


@dataclass(frozen=True, slots=True)
class Forget:
    """Everything that we hold about this person goes, and their key with it.

    `asked`: something had been told, and the files are cleared of it too. Whoever only declined had told us nothing.
    """

    asked: bool


@dataclass(frozen=True, slots=True)
class Open:
    """The card of this kind and day is sent as a new message. One that asks is the only one: others lose their buttons.

    With `not_before` it is sent then, as a reminder, unless it was closed before; `promised` when it belongs to what
    they began themselves, so that it goes like a reply. It asks from when it is there; what is opened before does not
    call it off. After `expires_at` it is not sent any more. With `until` it is one of many, told apart by its step:
    it leaves the others their buttons, and keeps its own until then. `in_place`: the message that shows it is edited.
    """

    kind: str
    day: date | None
    step: str
    screen: Screen
    asking: bool = True
    not_before: datetime | None = None
    promised: bool = False
    expires_at: datetime | None = None
    until: datetime | None = None
    in_place: bool = False


@dataclass(frozen=True, slots=True)
class Close:
    """The card of this kind is over: what is unsent of it stays so, its buttons go."""

    kind: str


@dataclass(frozen=True, slots=True)
class Remove:
    """The message of this kind's card is taken away, and the keyboard that it brought."""

    kind: str


@dataclass(frozen=True, slots=True)
class Turn:
    """The card that was tapped (or answered in words) shows its next screen.

    After a tap the message is edited in place; after typed words, and when one of the two has a medium, it is
    sent again below. `asking` says whether typed words still belong to it. `unhurried`: nobody waits for it, so that it
    goes after all that somebody waits for.
    """

    step: str
    screen: Screen
    asking: bool = True
    unhurried: bool = False


@dataclass(frozen=True, slots=True)
class Stand:
    """The card that was tapped stands at this step now; what it shows stays as it is."""

    step: str


@dataclass(frozen=True, slots=True)
class Say:
    """A message without a card; `in_place` puts it where the tapped button was, or below when that can't be."""

    screen: Screen
    in_place: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether this chat can be written to: `ok`, or why not; a group that moved names its new id."""

    state: str
    moved_to: int | None = None


@dataclass(frozen=True, slots=True)
class SendExport:
    """Everything that we hold about this person, as a file."""

    screen: Screen


Effect = (
    Arrive | Agree | KeepAnswer | KeepDay | KeepCountry | KeepPlace | Choose | Rest | Resume
    | BeginDrill | DidDrill | EndDrill | Acknowledge | Snooze | NotToday | StartClock | Schedule | CallOff
    | KeepFlag | KeepLog | Forget
    | Open | Close | Remove | Turn | Stand | Say | SendExport | Reach
)
PLANNED_BY = (Agree, KeepPlace, Choose)  # after these the person's reminders are worked out anew
SPOKEN = (Open, Turn, Say, SendExport)  # the effects that a person sees


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule decided: effects in order, and a word for the tapped button.

    With `needs` it could not decide yet: nothing is kept, and the same event comes again with what was `found`.
    """

    effects: tuple[Effect, ...] = ()
    toast: Label | None = None
    needs: LookUp | Fetch | None = None


# These words answer nothing that the card asks: they belong to whoever reads words without a question.
NOT_MINE = Decision()
