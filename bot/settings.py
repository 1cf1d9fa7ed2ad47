"""Settings: name, default, one line of help. A wrong value names itself and the way out.

Read from the environment, then from `.env` in the working directory. A test compares README and
`.env.example` with `Settings`, so none can go stale.
"""

import base64
import contextlib
import os
import re
import secrets
import stat
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

DEFAULT_DATABASE = "sqlite:///data/coach.db"
DEFAULT_API = "https://api.telegram.org"
MASTER_KEY_BYTES = 32
BOT_NAME_LONGEST = 64  # Telegram's limit
PROMPTS = Path(__file__).resolve().parent.parent / "prompts"


class SettingsError(Exception):
    """A setting that can't be used; the message names it, its value and what would be right."""


class Settings(BaseSettings):
    """What an operator can choose. Every field: default, and one line of help in `description`."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    telegram_token: SecretStr | None = Field(None, description="the bot's token from @BotFather")
    telegram_api_url: str = Field(DEFAULT_API, description="root of the Bot API server")
    database_url: str = Field(DEFAULT_DATABASE, description="sqlite:///file or postgresql://user:pass@host/name")
    secret_key: SecretStr | None = Field(
        None, description="master key, 32 bytes in base64; made and kept beside the database when not given"
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    default_locale: str = Field("en", description="language for people whose own is not spoken here")
    bot_name: str | None = Field(
        None, description="the name that Telegram shows above the chat, up to 64 characters; ours when not given"
    )
    messages_per_second: int = Field(
        30, description="how many messages a second the bot may send, 1 to 1000 (over 30 only when paid for)"
    )

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"\d+:[A-Za-z0-9_-]{20,}", value.get_secret_value()):
            # The value itself is a secret even when it is wrong: its shape is all that is shown.
            raise ValueError("looks like 123456789:AAF... as @BotFather prints it")
        return value

    @field_validator("telegram_api_url")
    @classmethod
    def _api_url(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[^/\s]+(/\S*)?", value):
            raise ValueError("the root of a Bot API server, like https://api.telegram.org")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database_url(cls, value: str) -> str:
        try:
            url = make_url(value)
        except ArgumentError:
            raise ValueError("sqlite:///path/to/file or postgresql://user:password@host/name") from None
        if url.get_backend_name() not in ("sqlite", "postgresql") or not url.database:
            raise ValueError("sqlite:///path/to/file or postgresql://user:password@host/name")
        return value

    @field_validator("secret_key")
    @classmethod
    def _secret_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            decode_key(value.get_secret_value())
        return value

    @field_validator("log_level")
    @classmethod
    def _log_level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("default_locale")
    @classmethod
    def _locale(cls, value: str) -> str:
        spoken = sorted(folder.name for folder in PROMPTS.iterdir() if folder.is_dir())
        if value not in spoken:
            raise ValueError("one of: " + ", ".join(spoken))
        return value

    @field_validator("bot_name")
    @classmethod
    def _bot_name(cls, value: str | None) -> str | None:
        if value is not None and not 0 < len(value.strip()) <= BOT_NAME_LONGEST:
            raise ValueError(f"1 to {BOT_NAME_LONGEST} characters")
        return value

    @field_validator("messages_per_second")
    @classmethod
    def _rate(cls, value: int) -> int:
        if not 1 <= value <= 1000:
            raise ValueError("a whole number from 1 to 1000")
        return value

    @property
    def home(self) -> Path:
        """The folder for what lies beside the database: the key, the heartbeat, the list of the erased."""
        url = make_url(self.database_url)
        if url.get_backend_name() == "sqlite":
            return Path(str(url.database)).absolute().parent
        return Path("data").absolute()

    @property
    def database(self) -> URL:
        """The database's address with the driver that the store speaks."""
        url = make_url(self.database_url)
        return url.set(drivername="sqlite" if url.get_backend_name() == "sqlite" else "postgresql+psycopg")

    @property
    def token(self) -> str:
        """The bot's token.

        Raises:
            SettingsError: none was given.
        """
        if self.telegram_token is None:
            raise SettingsError("TELEGRAM_TOKEN is not set: get one from @BotFather, or try `python -m bot demo`")
        return self.telegram_token.get_secret_value()

    def master_key(self) -> bytes:
        """The 32 bytes that wrap every person's key: SECRET_KEY, else the file beside the database.

        Raises:
            SettingsError: the file can't be read or written, or holds something else.
        """
        if self.secret_key is not None:
            return decode_key(self.secret_key.get_secret_value())
        path = self.home / "secret.key"
        try:
            return _kept_key(path)
        except ValueError as error:
            raise SettingsError(f"{path} does not hold a key: {error}; put the right one back") from None
        except OSError as error:
            raise SettingsError(f"{path} can't be used: {error.strerror}; set SECRET_KEY instead") from None


SECRET_NAMES = frozenset({"telegram_token", "secret_key", "database_url"})


def load(**overrides: Any) -> Settings:
    """Settings from `overrides`, the environment and `.env`.

    Raises:
        SettingsError: one line per wrong value: its name, the value, and what would be right.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            name = str(problem["loc"][0])
            reason = problem["msg"].removeprefix("Value error, ")
            # A wrong secret is still a secret: database addresses carry passwords.
            value = "..." if name in SECRET_NAMES else problem["input"]
            lines.append(f"{name.upper()}={value} can't be used: {reason}")
        raise SettingsError("\n".join(lines)) from None


def decode_key(text: str) -> bytes:
    """32 bytes out of base64 (either alphabet, padding optional) or hex.

    Raises:
        ValueError: anything else.
    """
    text = text.strip()
    if re.fullmatch(r"[0-9a-fA-F]{64}", text):
        return bytes.fromhex(text)
    try:
        key = base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except ValueError:
        key = b""
    if len(key) != MASTER_KEY_BYTES:
        raise ValueError(
            "32 bytes in base64, as `python -c 'import base64, os; "
            "print(base64.urlsafe_b64encode(os.urandom(32)).decode())'` makes"
        )
    return key


def _kept_key(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written aside and linked into place: of two processes that start together one wins, and neither ever
        # reads half a key.
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, stat.S_IRUSR | stat.S_IWUSR)
        with os.fdopen(handle, "w") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(MASTER_KEY_BYTES)).decode() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return decode_key(path.read_text())
