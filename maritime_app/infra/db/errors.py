"""What can happen to a statement besides its own refusal."""

import re
from typing import Final, NamedTuple

import asyncpg

from maritime_app.errors import Unavailable

RETRY_SECONDS = 5

# The server says goodbye, or is not the one that can do this: the connection is of no use any more.
# 25006 is a primary that has become a standby, 57P0x a shutdown, 08xxx a broken line.
FAREWELLS = (
    asyncpg.InternalClientError,  # the farewell arrived before our statement
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.ReadOnlySQLTransactionError,
)
# A quota has no code of its own: PostgreSQL calls every errno that it does not know internal.
_QUOTA: Final = "Disk quota exceeded"
NO_ROOM: Final = "out of room"
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
# No connection comes about: InternalClientError where none of several hosts takes writes.
UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
# The line broke, or its protocol is in no state that we know.
BROKEN = (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


class DatabaseClosed(Unavailable):
    """This process has closed its database and is about to end; whoever asks now asks too late."""

    def __init__(self) -> None:
        words = "This server is just stopping. Please try again."
        super().__init__(words, retry_after_seconds=RETRY_SECONDS)


class DatabaseAway(Unavailable):
    """The database does not answer, or cannot write now; nothing is known to have been done."""

    def __init__(self) -> None:
        super().__init__("Our database does not answer.", retry_after_seconds=RETRY_SECONDS)


class CommitUnknown(Unavailable):
    """COMMIT was sent and no answer came: it may have been done.

    Whoever moves money or places looks before saying anything; everybody else repeats what is safe
    to repeat.
    """

    def __init__(self) -> None:
        words = "We do not know yet whether that was done. Please look again in a moment."
        super().__init__(words, retry_after_seconds=RETRY_SECONDS, code="outcome_unknown")


class Shortage(NamedTuple):
    """What the server is short of, and when that was last seen, by the monotonic clock."""

    of: str
    seen_at: float


def short_of(error: BaseException | None) -> str:
    """Return what a server lacks that is alive and cannot do it now ("out of room"); "" for any
    other error.
    """
    if isinstance(error, asyncpg.DiskFullError):
        return NO_ROOM
    if isinstance(error, asyncpg.InternalServerError) and _QUOTA in str(error):
        return NO_ROOM
    if isinstance(error, asyncpg.InsufficientResourcesError):
        return condition(error).replace("_", " ")
    return ""


def condition(error: asyncpg.PostgresError) -> str:
    """Return the name that PostgreSQL's manual has for the error (`too_many_connections`)."""
    return _CAMEL.sub("_", type(error).__name__.removesuffix("Error")).lower()
