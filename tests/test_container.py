"""The container files keep step with the code. That they build is for a machine with an engine to say."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import typer
import yaml

from bot.__main__ import cli
from bot.settings import DEFAULT_DATABASE, load
from tests.support import ROOT

DOCKERFILE = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())


def steps(instruction: str) -> list[str]:
    """What follows that word in the Dockerfile, line by line."""
    return re.findall(rf"^\s*{instruction} +(.*)$", DOCKERFILE, re.MULTILINE)


def copied() -> list[tuple[str, str]]:
    """From where in this repository to where in the image."""
    pairs = []
    for step in steps("COPY"):
        *sources, target = shlex.split(step)
        if not sources[0].startswith("--from"):
            pairs += [(source, target) for source in sources]
    return pairs


def test_what_is_copied_is_there_and_let_through() -> None:
    through = re.findall(r"^!(.*)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert all((ROOT / source).exists() for source, _ in copied())
    assert {source.split("/")[0] for source, _ in copied()} == set(through)


def test_what_is_copied_is_enough_to_start(tmp_path: Path) -> None:
    image = tmp_path / "app"
    for source, target in copied():
        if source == target:  # a folder of the code; the rest only serves to install what it needs
            shutil.copytree(ROOT / source, image / target, ignore=shutil.ignore_patterns("__pycache__"))
    started = """
from bot import __file__, settings
from bot.adapters.clock import Clock
from bot.app import App, open_database
chosen = settings.load()
App(chosen, open_database(chosen), Clock())
print(__file__)
"""
    done = subprocess.run(
        [sys.executable, "-c", started], cwd=image, check=False, capture_output=True, text=True, timeout=60,
        env={**os.environ, "TELEGRAM_TOKEN": f"1:{'a' * 35}", "DATABASE_URL": DEFAULT_DATABASE},
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.splitlines()[-1]).is_relative_to(image)
    assert (image / DEFAULT_DATABASE.removeprefix("sqlite:///")).exists()


def test_the_commands_exist() -> None:
    [entry], [command], [health] = steps("ENTRYPOINT"), steps("CMD"), re.findall(r"HEALTHCHECK .*CMD (.*)", DOCKERFILE)
    asked = json.loads(health)
    assert asked[:3] == json.loads(entry) == ["python", "-m", "bot"]
    commands = typer.main.get_command(cli).commands  # type: ignore[attr-defined]
    assert json.loads(command)[0] in commands
    assert asked[4] in [name for option in commands[asked[3]].params for name in option.opts]


def test_the_extras_exist() -> None:
    [extras] = re.findall(r"'\.\[(.*?)\]'", DOCKERFILE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(extras.split(",")) <= set(project["optional-dependencies"])


def test_what_the_coach_keeps_lies_in_the_volume() -> None:
    kept = str(Path(steps("WORKDIR")[-1]) / Path(DEFAULT_DATABASE.removeprefix("sqlite:///")).parent)
    assert steps("VOLUME") == [kept]
    assert COMPOSE["services"]["coach"]["volumes"] == [f"data:{kept}"]


def test_the_address_to_paste_is_that_of_the_postgresql_beside_the_coach() -> None:
    [address] = re.findall(r"^# +DATABASE_URL=(.*)$", (ROOT / "compose.yaml").read_text(), re.MULTILINE)
    url = load(_env_file=None, database_url=address).database
    server = COMPOSE["services"][url.host or ""]
    assert server["profiles"] == [url.host]
    assert url.username == url.database == server["environment"]["POSTGRES_USER"]
