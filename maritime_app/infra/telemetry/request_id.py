"""One id from a request through its jobs, their outside calls and every line of the log.

A caller's `traceparent` (W3C Trace Context, https://www.w3.org/TR/trace-context/) or `X-Request-Id`
is taken over, so that its traces and ours can be laid side by side; else an id is made.
"""

import random
import re
from contextvars import ContextVar
from typing import Final

HEADER: Final = "X-Request-Id"
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_CURRENT: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """Return the id of what this task works for; "" outside of every request."""
    return _CURRENT.get()


def begin(request_id: str) -> None:
    """Work for that request from now on: its id stands in each line of the log (`log`)."""
    _CURRENT.set(request_id)


def of_headers(traceparent: str | None, given: str | None) -> str:
    """Return the id that a caller gave, else a new one: 32 hexadecimal digits."""
    if traceparent and (found := _TRACEPARENT.fullmatch(traceparent)):
        return found[1]
    if given and _ID.fullmatch(given):
        return given
    return f"{random.getrandbits(128):032x}"
