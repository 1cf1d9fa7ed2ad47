"""The facts of every room that asks the questions of the set-up."""

from sqlalchemy import Connection

from bot.adapters.keyring import Key
from bot.adapters.store import profile as store
from bot.model import Event, Who
from bot.onboarding.consent import agreed
from bot.profile.choices import Profile
from bot.profile.rules import Facts


def load(connection: Connection, key: Key, who: Who, event: Event) -> Facts:
    """What they chose; without consent there is nothing."""
    return Facts(who, Profile(store.choices(connection, key, event.owner) if agreed(who) else {}))
