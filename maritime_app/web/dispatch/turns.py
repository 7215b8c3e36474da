"""The event loop shared out among refusals: so much in one turn, the rest in the next ones."""

import asyncio
import time

from aiohttp import web

# Of a turn: another request waits for two or three turns, and is to be answered within 100 ms.
_SECONDS = 0.010


class Turns:
    """Lets pages of refusals be made for 10 ms in each turn of the loop.

    Requests that came at once learn at once that they are too many: one answer of Redis tells all
    of them. Four hundred of their pages, made in the same turn, kept everybody else waiting for
    200 ms.
    """

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._began: float | None = None  # None: nobody has taken this turn

    async def take(self) -> None:
        """Return when there is time left in the present turn; whoever came first goes first."""
        while self._began is not None:
            if time.perf_counter() - self._began < self._seconds:
                return
            await asyncio.sleep(0)
        self._began = time.perf_counter()
        asyncio.get_running_loop().call_soon(self._end)

    def _end(self) -> None:
        """Before all that waited, the loop calls this in its next turn."""
        self._began = None


TURNS = web.AppKey("turns", Turns)
