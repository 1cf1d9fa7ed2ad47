"""What a drill's rules know. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.drills.goes import RUNNING, Go
from bot.model import Event, Label, Who
from bot.profile.choices import Profile

STALE = timedelta(minutes=30)  # engine choice: so long after the end nobody needs to hear that it is over
OLD_BUTTON = Label("help/old_button")


@dataclass(frozen=True, slots=True)
class Facts:
    """`go` is the latest one, None when there was none; `goes` are those that an offer goes by, in order."""

    who: Who
    profile: Profile
    go: Go | None
    goes: Sequence[Go] = ()

    @property
    def running(self) -> bool:
        """Whether a go is on, or over without a word about how it was."""
        return self.go is not None and self.go.outcome == RUNNING

    def late(self, event: Event) -> bool:
        """Whether the latest go is too long ago for an answer about it."""
        return self.go is not None and event.at > self.go.ends_at + STALE
