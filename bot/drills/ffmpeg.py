"""Where a worker finds an ffmpeg, for videos and sounds."""

import shutil
from collections.abc import Iterator
from contextlib import suppress


def encoders() -> Iterator[str]:
    """The ffmpegs of this machine: the system's, then the one that came with Python's packages."""
    if system := shutil.which("ffmpeg"):
        yield system
    with suppress(ImportError, RuntimeError):  # not installed; installed without a program for this machine
        from imageio_ffmpeg import get_ffmpeg_exe

        yield get_ffmpeg_exe()
