"""Names of outside services, looked up on threads of their own.

uvloop looks every name up on two threads of the process. Two names of others whose servers say
nothing would keep each new connection waiting, also those to PostgreSQL and Redis, for as long as
the system's resolver is patient.
"""

import asyncio
import contextlib
import socket
import threading
from typing import Any, Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

_MOST_OURS: Final = 32
_MOST_OF_STRANGERS: Final = 16

_Question = tuple[asyncio.AbstractEventLoop, str, int, int]
_Found = list[ResolveResult]


class Names(AbstractResolver):
    """Looks up at most so many names at a time, each once however many callers ask for it.

    A caller that is cancelled or out of time leaves its lookup, which no one can end.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._asked: dict[_Question, asyncio.Future[_Found]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> _Found:
        """Return the addresses of a name; raise OSError where it has none, or where too many are
        being looked up.
        """
        question = (asyncio.get_running_loop(), host, port, int(family))
        answer = self._asked.get(question)
        if answer is None:
            answer = self._ask(question)
        return await asyncio.shield(answer)

    async def close(self) -> None:
        """Keep on: it belongs to the process."""

    def _ask(self, question: _Question) -> "asyncio.Future[_Found]":
        if len(self._asked) >= self._most:
            raise OSError(socket.EAI_AGAIN, "too many names are being looked up")
        answer = self._asked[question] = question[0].create_future()
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        threading.Thread(
            target=self._look_up, args=(question, answer), name="name", daemon=True
        ).start()
        return answer

    def _look_up(self, question: _Question, answer: "asyncio.Future[_Found]") -> None:
        loop, host, port, family = question
        found: _Found | Exception
        try:
            found = _addresses(host, port, family)
        except (OSError, UnicodeError) as error:
            found = error

        def done() -> None:
            self._asked.pop(question, None)
            if isinstance(found, Exception):
                answer.set_exception(found)
            else:
                answer.set_result(found)

        try:
            loop.call_soon_threadsafe(done)
        except RuntimeError:  # the loop has ended meanwhile
            self._asked.pop(question, None)


OURS: Final = Names(_MOST_OURS)  # of services that the settings name
OF_STRANGERS: Final = Names(_MOST_OF_STRANGERS)  # of addresses that anybody may give


def connector(**options: Any) -> aiohttp.TCPConnector:
    """Return the connector of a session that asks the services of the settings."""
    return aiohttp.TCPConnector(resolver=OURS, **options)


async def look_up(host: str, *, within_seconds: float | None = None) -> None:
    """Find out that a name can be looked up, before a library does so by itself, on the loop's two
    threads. Raise OSError, also when it takes longer.
    """
    async with asyncio.timeout(within_seconds):
        await OURS.resolve(host)


def _addresses(host: str, port: int, family: int) -> _Found:
    found = socket.getaddrinfo(
        host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
    )
    numeric = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV
    results = []
    for kind, _type, protocol, _name, address in found:
        with contextlib.suppress(OSError):  # an address that this system has no words for
            number, at = socket.getnameinfo(address, numeric)
            results.append(
                ResolveResult(
                    hostname=host,
                    host=number,
                    port=int(at),
                    family=kind,
                    proto=protocol,
                    flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
                )
            )
    return results
