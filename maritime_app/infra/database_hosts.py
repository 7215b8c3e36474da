"""Which of several PostgreSQL servers in one address is meant.

Of several hosts it is the one that takes writes. After a promotion the old primary may come back as
it was, and take writes that nobody will ever see: a promotion begins a new timeline, so of two that
take writes the one of the newer timeline is meant, and one that is older than what this process
has seen is none. All hosts are asked at once: one that says nothing keeps nobody waiting.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

import asyncpg

if TYPE_CHECKING:
    _Connection = asyncpg.Connection[asyncpg.Record]
else:
    _Connection = asyncpg.Connection

_C = TypeVar("_C", bound=_Connection)
_OTHERS_SECONDS = 0.5  # the others may say so long that they are the primary, too
_TARGET = "target_session_attrs"
_WRITING = ("", "read-write", "primary")
_TIMELINE = "select ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int"


class Hosts:
    """The servers that an address names; remembers the newest timeline that it has seen.

    An address with one host, or with a `target_session_attrs` that asks for a standby, is left to
    asyncpg.
    """

    def __init__(self, url: str) -> None:
        self._addresses = _addresses(url)
        self._timeline = 0

    async def connect(self, open_one: Callable[[str], Awaitable[_C]]) -> _C:
        """Return a connection to the primary, opened by `open_one(address)`.

        Raise what that raises, and TargetServerAttributeNotMatched where only an old primary takes
        writes.
        """
        if len(self._addresses) == 1:
            return await open_one(self._addresses[0])
        tries = [asyncio.create_task(_open(open_one, address)) for address in self._addresses]
        try:
            await _until_enough(tries)
        finally:
            for one in tries:
                one.cancel()
            outcomes = await asyncio.gather(*tries, return_exceptions=True)
        found = [one for one in outcomes if not isinstance(one, BaseException)]
        if not found:
            raise next(one for one in outcomes if isinstance(one, Exception))
        timeline, conn = max(found, key=lambda one: one[0])
        for _timeline, other in found:
            if other is not conn:
                other.terminate()
        if timeline < self._timeline:
            conn.terminate()
            raise asyncpg.TargetServerAttributeNotMatched("only an old primary takes writes")
        self._timeline = timeline
        return conn


async def _until_enough(tries: "list[asyncio.Task[tuple[int, _C]]]") -> None:
    """Wait for the first connection, then a moment for the others."""
    waiting = set(tries)
    while waiting:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if any(one.exception() is None for one in done):
            if waiting:
                await asyncio.wait(waiting, timeout=_OTHERS_SECONDS)
            return


async def _open(open_one: Callable[[str], Awaitable[_C]], address: str) -> tuple[int, _C]:
    conn = await open_one(address)
    try:
        return await conn.fetchval(_TIMELINE), conn
    except asyncpg.InsufficientPrivilegeError:
        return 0, conn  # a server that keeps it secret is believed
    except BaseException:
        conn.terminate()
        raise


def _addresses(url: str) -> list[str]:
    """Return one address for each host, all of them asking for a server that takes writes."""
    parts = urlsplit(url)
    login, at, hosts = parts.netloc.rpartition("@")
    query = dict(parse_qsl(parts.query))
    if "," not in hosts or query.get(_TARGET, "") not in _WRITING:
        return [url]
    options = urlencode({_TARGET: "read-write"} | query)
    return [
        parts._replace(netloc=login + at + host, query=options).geturl()
        for host in hosts.split(",")
    ]
