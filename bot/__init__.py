"""The coach that a running group keeps in its pocket."""

import zoneinfo

# The installed `tzdata` must win over the system's copy, which is often a year old and then an hour wrong
# (docs/design.md, promise 6).
zoneinfo.reset_tzpath(to=())

__version__ = "0.1.0"
