"""What Telegram says when it refuses: code, exact description and the parameters of the answer."""

from collections.abc import Mapping


class Refusal(Exception):
    """A Bot API call that failed; the server turns it into `{"ok": false, ...}`.

    `code` is also the HTTP status. `parameters` may hold `retry_after` (seconds) or `migrate_to_chat_id`.
    """

    def __init__(self, code: int, description: str, parameters: Mapping[str, int] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})


def bad_request(text: str) -> Refusal:
    """400 with Telegram's prefix; like Telegram, the first letter goes down unless it is a CONSTANT_NAME."""
    constant = text[1:2].isupper() or text[1:2] == "_"
    return Refusal(400, f"Bad Request: {text if constant else text[:1].lower() + text[1:]}")


def forbidden(text: str) -> Refusal:
    """403: the bot may not write there any more, or not yet."""
    return Refusal(403, f"Forbidden: {text}")


def conflict(text: str) -> Refusal:
    """409: somebody else takes the updates."""
    return Refusal(409, f"Conflict: {text}")


def too_many_requests(seconds: int) -> Refusal:
    """429: come back after `seconds`."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
WRONG_FILE = "wrong file identifier/HTTP URL specified"
WRONG_REMOTE_FILE = "wrong remote file identifier specified: Wrong character in the string"
VOICE_FORBIDDEN = "user restricted receiving of voice note messages"
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
