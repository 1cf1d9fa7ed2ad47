"""What `python -m bot doctor` looks at: settings, database, Telegram, heartbeat, animations, voice notes, files."""

from collections.abc import Callable
from datetime import timedelta
from importlib.util import find_spec

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.adapters.clock import file_age
from bot.adapters.keyring import Keyring
from bot.adapters.request import AioRequest
from bot.adapters.store import engine, inbox, outbox
from bot.drills import ffmpeg
from bot.settings import Settings, SettingsError

ALIVE_WITHIN = timedelta(seconds=60)  # six missed heartbeats


def alive(settings: Settings) -> bool:
    """Whether the running bot touched its heartbeat file lately; nothing else is opened."""
    try:
        return file_age((settings.home / "heartbeat").stat().st_mtime) <= ALIVE_WITHIN
    except FileNotFoundError:
        return False


async def examine(settings: Settings, say: Callable[[str], object]) -> bool:
    """Say each finding on a line of its own; whether all is well."""
    findings = [_database(settings), await _telegram(settings), _heartbeat(settings), _animations(), _voice(),
                _activities()]
    for well, line in findings:
        say(f"{'ok ' if well else 'NOT'} {line}")
    return all(well for well, _ in findings[:2])


def _database(settings: Settings) -> tuple[bool, str]:
    try:
        database = engine.connect(settings.database)
        where = database.url.render_as_string(hide_password=True).replace("+psycopg", "")
        found = engine.schema_of(database)
        if found != engine.SCHEMA:
            return False, f"database {where}: schema {found or 'none'}, this code speaks {engine.SCHEMA}: run `migrate`"
        with database.connect() as connection:
            engine.settle_in(connection, Keyring(settings.master_key()).check)
            rows = {"inbox": inbox.counts(connection), "outbox": outbox.counts(connection)}
            connection.rollback()
        return not rows["inbox"]["quarantined"], f"database {where}: schema {found}, {rows}"
    except (SettingsError, SQLAlchemyError) as error:
        return False, str(error).splitlines()[0]


async def _telegram(settings: Settings) -> tuple[bool, str]:
    if settings.telegram_token is None:
        return False, "TELEGRAM_TOKEN is not set: get one from @BotFather"
    root = settings.telegram_api_url
    bot = Bot(settings.token, base_url=f"{root}/bot", request=AioRequest(), get_updates_request=AioRequest())
    try:
        await bot.initialize()
        return True, f"Telegram at {root}: @{bot.username}"
    except InvalidToken:
        return False, f"Telegram at {root}: TELEGRAM_TOKEN is not accepted"
    except TelegramError as error:
        return False, f"Telegram at {root} does not answer: {type(error).__name__}"
    finally:
        await bot.shutdown()


def _heartbeat(settings: Settings) -> tuple[bool, str]:
    running = alive(settings)
    return running, "the coach is running" if running else "the coach is not running"


def _animations() -> tuple[bool, str]:
    if find_spec("PIL") is None:
        return False, "animations: Pillow is not installed (the extra `media`): drills come in words only"
    program = next(ffmpeg.encoders(), None)
    if program is None:
        return True, "animations: GIFs; with an ffmpeg (the system's, or the extra `media`) a tenth of the size"
    return True, f"animations: videos, by {program}"


def _voice() -> tuple[bool, str]:
    program = next(ffmpeg.encoders(), None)
    if program is None:
        return False, "voice notes: there is no ffmpeg (the system's, or the extra `media`): drills come without"
    return True, f"voice notes: by {program}"


def _activities() -> tuple[bool, str]:
    if find_spec("defusedxml") is None:
        return False, "activity files: their reader is not installed (the extra `activity`): sessions are typed only"
    return True, "activity files: FIT, GPX and TCX"
