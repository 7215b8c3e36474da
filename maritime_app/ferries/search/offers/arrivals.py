"""Searches that are under way in this process: what has arrived of each, for pages that fill."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress

from maritime_app.ferries.search.model import SearchResponse
from maritime_app.resources import Part


class Arrival:
    """One search: the newest part of its answer, and when there is a newer one."""

    def __init__(self) -> None:
        self.latest: SearchResponse | None = None
        self._news = asyncio.Event()
        self._ended = False

    def tell(self, response: SearchResponse) -> None:
        """Let everybody who follows see a newer part."""
        self.latest = response
        self._wake()

    def end(self) -> None:
        """Let everybody who follows go: the whole answer is in the cache, or there is none."""
        self._ended = True
        self._wake()

    async def parts(self) -> AsyncIterator[SearchResponse]:
        """Yield the newest part and every newer one until the search ends; a slow reader misses
        parts that others replace.
        """
        shown: SearchResponse | None = None
        while True:
            news = self._news
            if self.latest is not None and self.latest is not shown:
                shown = self.latest
                yield shown
            elif self._ended:
                return
            else:
                await news.wait()

    async def first(self) -> SearchResponse | None:
        """Return the newest part, as soon as there is one; None when the search ended without."""
        async for part in self.parts():
            return part
        return None

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


class Arrivals:
    """The searches of this process, by their cache key."""

    def __init__(self) -> None:
        self._running: dict[str, Arrival] = {}

    @contextmanager
    def arriving(self, key: str) -> Iterator[Arrival]:
        """Let others follow a search for as long as it takes."""
        arrival = self._running[key] = Arrival()
        try:
            yield arrival
        finally:
            with suppress(KeyError):
                del self._running[key]
            arrival.end()

    def of(self, key: str) -> Arrival | None:
        """Return the search that is under way; None when it has ended or is not ours."""
        return self._running.get(key)


ARRIVALS = Part("ferries.arrivals", lambda _res: Arrivals())
