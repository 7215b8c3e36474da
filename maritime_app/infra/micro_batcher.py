"""Group commit for callers: what arrives while one batch is under way travels together in the next.

A lone caller waits for nobody; under load the price of a commit is shared. The same idea as a
database's
group commit, one level higher, where it also saves the round trips.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from maritime_app.errors import Unavailable

T = TypeVar("T")
R = TypeVar("R")
_MAX_WAITING = 10_000
_WORTH_A_FLIGHT = 8


class Grouped(Generic[T, R]):
    """`flush(items)` answers one result (or exception) per item, in order; at most `flights` run at
    once.

    A second flight leaves beside the first only when it is worth it: with one item aboard it would
    cost the
    same, and the next ones would again find only one seat taken.
    """

    def __init__(
        self,
        flush: Callable[[Sequence[T]], Awaitable[Sequence[R | Exception]]],
        *,
        most: int = 64,
        flights: int = 1,
    ) -> None:
        self._flush = flush
        self._most = most
        self._room = flights
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._flying: set[asyncio.Task[None]] = set()

    async def __call__(self, item: T) -> R:
        """Travel with whoever else is waiting. Raises what the flush says for this item."""
        if len(self._waiting) >= _MAX_WAITING:
            raise Unavailable("We are very busy right now.", retry_after_seconds=2)
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        self._depart()
        return await future

    def _depart(self) -> None:
        while self._waiting and (not self._flying or self._may_overtake()):
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            task = asyncio.create_task(self._fly(batch))
            self._flying.add(task)
            task.add_done_callback(self._landed)

    def _may_overtake(self) -> bool:
        return len(self._flying) < self._room and len(self._waiting) >= _WORTH_A_FLIGHT

    def _landed(self, task: "asyncio.Task[None]") -> None:
        self._flying.discard(task)
        self._depart()

    async def _fly(self, batch: "list[tuple[T, asyncio.Future[R]]]") -> None:
        try:
            results: Sequence[R | Exception] = await self._flush([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - everybody aboard learns of it
            results = [error] * len(batch)
        for (_, future), result in zip(batch, results, strict=True):
            if future.done():
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)
