"""The coach that a running group keeps in its pocket."""

import os
import zoneinfo

# The installed `tzdata` must win over the system's copy, which is often a year old and then an hour wrong
# (docs/design.md, promise 6).
zoneinfo.reset_tzpath(to=())

# The library's opt-in to durations as timedelta, which will be its only way; without it every 429 warns.
os.environ.setdefault("PTB_TIMEDELTA", "true")

__version__ = "0.1.0"
