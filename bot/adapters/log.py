"""Logs: ids, durations, outcomes. Never a person's words, never a token (promise 9)."""

import logging
import re
import sys
from typing import Any

import structlog

TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{20,}")
# These print addresses (with the token in them) or whole updates.
TOO_TALKATIVE = ("httpx", "httpcore", "telegram", "apscheduler", "aiohttp", "sqlalchemy", "alembic", "asyncio")


class Redact(logging.Filter):
    """Takes tokens out of every record, whoever wrote it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = TOKEN.sub("<token>", record.getMessage())
        record.args = None
        if record.exc_info and record.exc_info[1] is not None:
            # A traceback's last line is the error's text, and that may quote an address or a message.
            record.msg += f" [{type(record.exc_info[1]).__name__}]"
            record.exc_info = record.exc_text = None
        return True


def configure(level: str) -> None:
    """Lines on standard error for people and for machines: `time level event key=value`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Redact())
    handler.setFormatter(logging.Formatter("%(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in TOO_TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    # A duty that waits for the database is still running when its next turn comes: that is as it should be.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            _traceback,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _traceback(_: Any, __: str, event: Any) -> Any:
    """Where it happened, without the values that a traceback's text may quote."""
    exc_info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if exc_info is True else exc_info
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["where"] = where(error)
    return event


def where(error: BaseException, lines: int = 4) -> str:
    """The last lines of a traceback as `file:line:function`, without any value."""
    trace, found = error.__traceback__, []
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}:{code.co_name}")
        trace = trace.tb_next
    return " > ".join(found[-lines:])
