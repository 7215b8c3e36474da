"""What can happen to a statement besides its own refusal."""

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
# The server is alive and cannot do it now: disk full, out of memory, too many connections.
OVERLOADED = (asyncpg.InsufficientResourcesError,)
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
