"""What people agree to. A changed wording of `prompts/*/onboarding/welcome.j2` is a new version. Pure."""

from bot.model import Who

VERSION = 1
PURPOSES = ("adult", "health")  # 18 or over; keeping what they answer about sleep, movement, food and mood


def agreed(who: Who) -> bool:
    """Whether the person agreed to the wording that is in force."""
    return who.agreed >= VERSION
