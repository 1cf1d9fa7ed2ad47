"""Figures as plain lines: `name value unit (goal)`."""

import os
import platform
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime


def heading(command: str, seed: int) -> None:
    """When, with what seed, on what."""
    machine = f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores"
    print(f"# {command}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, seed {seed}, {machine}, {_load()}", flush=True)


def figure(name: str, value: float, unit: str, goal: str = "") -> None:
    """One line."""
    print(f"{name} {value:.4g} {unit}" + (f" (goal {goal})" if goal else ""), flush=True)


def spread(name: str, values: Sequence[float], unit: str, goal: str = "") -> None:
    """Three lines: least, middle and most."""
    figure(f"{name}.min", min(values), unit)
    figure(f"{name}.median", statistics.median(values), unit, goal)
    figure(f"{name}.max", max(values), unit)


def percentile(values: Sequence[float], share: int) -> float:
    """The value that `share` of a hundred do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f} before"
