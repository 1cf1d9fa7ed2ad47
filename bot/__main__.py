"""python -m bot run | demo | migrate | doctor | export | erase | receipt | triage"""

import asyncio
import gc
import re
import signal
import sys
from collections.abc import Coroutine
from typing import Annotated, Any

import typer
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import Settings, SettingsError, load

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
Person = Annotated[int, typer.Option("--person", help="the person's Telegram id")]


@cli.command()
def run() -> None:
    """Run the coach with TELEGRAM_TOKEN until Ctrl-C."""
    gc.disable()  # what is made by starting stays: looking through it again and again costs a quarter of a second
    from bot.adapters.clock import Clock
    from bot.adapters.log import configure
    from bot.app import App, open_database

    settings = load()
    configure(settings.log_level)
    _ = settings.token  # before anything is opened: a missing token is the commonest mistake
    app = App(settings, open_database(settings), Clock())
    gc.freeze()  # nor need a later collection look at it, which would stop the loop for 100 ms instead of 1
    gc.enable()
    _loop_until_stopped(app.run())


@cli.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="where the page is served, on this machine only")] = 8080,
    browser: Annotated[bool, typer.Option(help="open the page in a browser")] = True,
) -> None:
    """Try the coach with no token: the real bot on a pretend Telegram, with phones on a page, until Ctrl-C."""
    from bot.demo.play import play

    _loop_until_stopped(play(port, browser, lambda line: print(line, flush=True)))


@cli.command()
def migrate() -> None:
    """Bring the database up to this version; `run` does so by itself."""
    from bot.adapters.store import engine

    settings = load()
    database = engine.connect(settings.database)
    done = engine.migrate(database)
    typer.echo(f"schema {engine.SCHEMA}: {'migrated' if done else 'nothing to do'}")


@cli.command()
def doctor(
    alive: Annotated[bool, typer.Option("--alive", help="only look whether the heartbeat is fresh")] = False,
) -> None:
    """Say what is configured, migrated and reachable. Exit 1 when something is not."""
    from bot import doctor as surgery

    healthy = surgery.alive(load()) if alive else asyncio.run(surgery.examine(load(), typer.echo))
    raise typer.Exit(0 if healthy else 1)


@cli.command()
def export(person: Person) -> None:
    """Print everything that is held about a person, as JSON."""
    from bot.adapters.keyring import Keyring
    from bot.adapters.store import engine, people, privacy
    from bot.privacy.export import as_json

    settings = load()
    keyring = Keyring(settings.master_key())
    with _database(settings).begin() as connection:
        engine.settle_in(connection, keyring.check)
        if not people.is_known(connection, person):
            raise SettingsError(f"--person {person} is nobody that the coach knows")
        document = privacy.export(connection, keyring, person)
    typer.echo(as_json(document), nl=False)


@cli.command()
def erase(person: Person) -> None:
    """Erase a person as their own /erase does; may be run beside a running bot."""
    from bot.adapters.clock import Clock
    from bot.adapters.graves import Graves
    from bot.adapters.keyring import Keyring
    from bot.adapters.store import engine, privacy, vault

    settings = load()
    keyring = Keyring(settings.master_key())
    database = _database(settings)
    with database.begin() as connection:
        engine.settle_in(connection, keyring.check)
        wrapped = vault.lock(connection, person)
        if wrapped is None:
            raise SettingsError(f"--person {person} is nobody that the coach knows")
        Graves(settings.home / "erased", keyring).erased(wrapped)
        privacy.erase(connection, keyring, person, Clock().now())
        vault.destroy_unused(connection)
    clean = engine.vacuum(database)
    rest = "" if clean else "; the database is in use, its files are cleared by the running coach or the next start"
    typer.echo(f"person {person} is erased{rest}")


@cli.command()
def receipt(number: Annotated[str, typer.Argument(help="the number on a person's receipt")]) -> None:
    """Say when the erasure with this receipt was made. Exit 1 when there is none."""
    from bot.adapters.store import privacy

    if not re.fullmatch(r"[0-9a-f]{12}", number):
        raise SettingsError(f"{number} is not a receipt's number: 12 of the characters 0-9 and a-f, as it was given")
    with _database(load()).begin() as connection:
        at = privacy.erased_at(connection, number)
    typer.echo(f"{number}: erased at {at:%Y-%m-%d %H:%M} UTC" if at else f"{number}: no such erasure in this database")
    raise typer.Exit(0 if at else 1)


@cli.command()
def triage() -> None:
    """Read JSON lines {"text", "lang"} and write {"risk", "category", "rule"} for each, as the chat would see it.

    Every language is read in every message, so `lang` changes nothing.
    """
    import json

    from bot.safety.levels import Level
    from bot.safety.triage import triage as noticed

    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            text = json.loads(line)["text"]
        except (ValueError, TypeError, KeyError):
            text = None
        if not isinstance(text, str):
            raise SettingsError(f'line {number} is not JSON with a text, like {{"text": "ran 8k", "lang": "en"}}')
        hit = noticed(text)
        risk, category, rule = (hit.level, hit.category, hit.rule) if hit else (Level.NONE, None, None)
        print(json.dumps({"risk": risk, "category": category, "rule": rule}), flush=True)


@cli.command()
def parse() -> None:
    """Read JSON lines {"text", "now", "tz"} and write {"records", "ask"} for each: docs/log-lines.md is the schema."""
    import json
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.logbook.reading import read

    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
            now = datetime.fromisoformat(given["now"])
            found = read(given["text"], now.astimezone(ZoneInfo(given["tz"])))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            like = '{"text": "ran 8k", "now": "2026-11-22T18:00:00+00:00", "tz": "Europe/Berlin"}'
            raise SettingsError(f"line {number} is not JSON like {like}") from error
        print(json.dumps({"records": found.records, "ask": found.ask}), flush=True)


def _database(settings: Settings) -> Any:
    from bot.app import open_database

    return open_database(settings)


def _loop_until_stopped(main: Coroutine[Any, Any, None]) -> None:
    """Run until done, Ctrl-C or SIGTERM; uvloop when it is there."""

    async def guarded() -> None:
        task = asyncio.ensure_future(main)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            return

    try:
        import uvloop
    except ImportError:
        asyncio.run(guarded())
    else:
        uvloop.run(guarded())


def main() -> None:
    """The command line; a setting that can't be used is one line and exit 2."""
    try:
        cli()
    except SettingsError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except SQLAlchemyError as error:
        # Its text quotes statements and their values: what the driver said is enough.
        said = str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]
        print(f"DATABASE_URL: the database did not do it: {said}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
