"""Structured log lines: an event name and named values; personal data and secrets never get
through.
"""

import atexit
import logging
import re
import sys
import time
from typing import Any, TextIO, cast

from maritime_app.infra.telemetry import request_id
from maritime_app.infra.telemetry.log_writer import LogWriter
from maritime_app.infra.telemetry.without_rich import (
    EventDict,
    FilteringBoundLogger,
    WrappedLogger,
    structlog,
)

# Values under these names are never written, whoever logs them.
_PRIVATE = frozenset({
    # who somebody is
    "email", "phone", "surname", "given_name", "family_name", "name", "birth_date", "passport",
    "address",
    # what opens a door
    "password", "token", "api_key", "apikey", "secret", "secret_key", "authorization", "cookie",
    "card",
    # what carries all of that
    "body", "headers", "payload",
})  # fmt: skip

# When a line of `sparingly` was last written, and how many were left out since.
_LAST: dict[tuple[str, str], tuple[float, int]] = {}
_MOST_CAUSES = 1_000
# PostgreSQL quotes rows in its details, and a traceback ends with the error's own words.
_QUOTED_ROW = re.compile(r"^((?:DETAIL|CONTEXT):).*$", re.MULTILINE)


class _Written:
    """Where lines go; the suite sets that up again and again."""

    by: LogWriter | None = None


def set_up(level: str = "INFO", style: str = "auto") -> None:
    """Send every log line, ours and the libraries', to standard error, for people or as JSON.

    Where it cannot be written to, or nobody reads it, lines are lost and the work goes on.
    """
    for_people = style == "people" or (style == "auto" and sys.stderr.isatty())
    shared: list[Any] = [
        _with_request_id,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_private,
        structlog.processors.format_exc_info,
        _without_rows,
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer() if for_people else structlog.processors.JSONRenderer()
    )

    def say_lost(how_many: int) -> str:
        event: Any = {"event": "log_lines_lost", "lines": how_many}
        for process in (*shared, renderer):
            event = process(None, "warning", event)
        return f"{event}\n"

    if _Written.by is not None:
        _Written.by.close(within_seconds=1.0)
    stream = _Written.by = LogWriter(sys.stderr, say_lost)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, stream)),
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    _take_libraries(logging.StreamHandler(cast(TextIO, stream)), formatter, level)


def _take_libraries(handler: logging.Handler, formatter: logging.Formatter, level: str) -> None:
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in (
        "arq",
        "stripe",
        "asyncio",
        "mail.log",
        "websockets",
        "aiohttp.access",
    ):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))


@atexit.register
def written(within_seconds: float = 1.0) -> bool:
    """Wait until every line so far is written or lost; return whether it is."""
    return _Written.by is None or _Written.by.written(within_seconds)


def get(name: str) -> FilteringBoundLogger:
    """Return the logger of a module: `logger = log.get(__name__)`."""
    logger: FilteringBoundLogger = structlog.get_logger(module=name)
    return logger


def sparingly(
    logger: FilteringBoundLogger, event: str, *, every_seconds: float = 1.0, **values: Any
) -> None:
    """Warn at most once a second per event and cause, however much traffic meets the trouble.

    The next line says how many were left out as `suppressed`.
    """
    key = (event, str(values.get("error", "")))
    now = time.monotonic()
    since, suppressed = _LAST.get(key, (-every_seconds, 0))
    if now - since < every_seconds:
        _LAST[key] = (since, suppressed + 1)
        return
    _LAST[key] = (now, 0)
    if len(_LAST) > _MOST_CAUSES:
        _LAST.pop(next(iter(_LAST)))
    logger.warning(event, **values, **({"suppressed": suppressed} if suppressed else {}))


def _with_request_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Read where a line is written: most requests write none."""
    if current := request_id.current():
        event.setdefault("request_id", current)
    return event


def _without_private(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        event[key] = "[private]" if key in _PRIVATE else _inside(value)
    return event


def _inside(value: Any) -> Any:
    """Return a nested value without what is private in it."""
    if isinstance(value, dict):
        return {
            key: "[private]" if key in _PRIVATE else _inside(part) for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [_inside(part) for part in value]
    return value


def _without_rows(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    if isinstance(event.get("exception"), str):
        event["exception"] = _QUOTED_ROW.sub(r"\1 [private]", event["exception"])
    return event
