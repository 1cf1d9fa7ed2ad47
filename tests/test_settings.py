"""Settings: a wrong value names itself and the way out."""

import base64
import stat
from pathlib import Path
from typing import Any

import pytest

from bot import settings
from bot.settings import Settings, SettingsError

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("telegram_token", "hello", "TELEGRAM_TOKEN=... can't be used: looks like 123456789:AAF"),
        ("telegram_api_url", "api.telegram.org", "TELEGRAM_API_URL=api.telegram.org can't be used: the root of"),
        ("database_url", "mysql://x/y", "DATABASE_URL=... can't be used: sqlite:///path"),
        ("database_url", "nonsense", "DATABASE_URL=... can't be used: sqlite:///path"),
        ("database_url", "sqlite://", "DATABASE_URL=... can't be used: sqlite:///path"),
        ("secret_key", "short", "SECRET_KEY=... can't be used: 32 bytes in base64"),
        ("log_level", "LOUD", "LOG_LEVEL=LOUD can't be used: DEBUG, INFO, WARNING or ERROR"),
        ("default_locale", "xx", "DEFAULT_LOCALE=xx can't be used: one of: en"),
        ("bot_name", "x" * 65, "BOT_NAME=xxx"),
        ("messages_per_second", 0, "MESSAGES_PER_SECOND=0 can't be used: a whole number from 1 to 1000"),
        ("messages_per_second", "many", "MESSAGES_PER_SECOND=many can't be used"),
    ],
)
def test_a_wrong_value_names_itself(name: str, value: Any, says: str) -> None:
    with pytest.raises(SettingsError) as error:
        settings.load(_env_file=None, **{name: value})
    assert str(error.value).startswith(says)


def test_the_environment_and_dotenv_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("LOG_LEVEL=debug\nMESSAGES_PER_SECOND=100\n")
    monkeypatch.setenv("MESSAGES_PER_SECOND", "200")
    loaded = settings.load()
    assert (loaded.log_level, loaded.messages_per_second) == ("DEBUG", 200)


@pytest.mark.parametrize(
    "text", ["00" * 32, base64.b64encode(bytes(32)).decode(), base64.urlsafe_b64encode(bytes(32)).decode().rstrip("=")]
)
def test_a_key_may_be_hex_or_base64(text: str) -> None:
    assert settings.decode_key(text) == bytes(32)


def test_a_key_is_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    first = settings.load(_env_file=None, database_url=f"sqlite:///{tmp_path}/new/coach.db").master_key()
    second = settings.load(_env_file=None, database_url=f"sqlite:///{tmp_path}/new/coach.db").master_key()
    assert first == second
    assert stat.S_IMODE((tmp_path / "new" / "secret.key").stat().st_mode) == 0o600


def test_a_damaged_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("oops")
    with pytest.raises(SettingsError, match=r"secret\.key does not hold a key"):
        settings.load(_env_file=None, database_url=f"sqlite:///{tmp_path}/coach.db").master_key()


@pytest.mark.parametrize("document", ["README.md", ".env.example"])
@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_every_setting_is_documented(document: str, name: str) -> None:
    assert name in (ROOT / document).read_text()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_has_a_line_of_help(name: str) -> None:
    help_line = Settings.model_fields[name].description
    assert help_line
    assert help_line in (ROOT / "README.md").read_text()
