"""The log: sessions, nights and other things that people type in one line, at any time."""
