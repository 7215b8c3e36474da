"""Group commit for callers: what arrives while one batch is under way travels together in the next.

A batch leaves at the end of the loop's turn in which its first caller came: who asks in the same
turn shares it, and a lone caller waits for nobody. Under load the price of a commit is shared. The
same idea as a database's group commit, one level higher, where it also saves the round trips.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from maritime_app.errors import Unavailable

T = TypeVar("T")
R = TypeVar("R")
_MAX_WAITING = 10_000
# Another batch beside the first pays off from so many items on; with one item in it, it would cost
# as much and leave the next ones just as few to share with.
_WORTH_ANOTHER = 8


class MicroBatcher(Generic[T, R]):
    """`flush(items)` returns one result (or exception) per item, in order.

    A batch has at most `max_batch` items; at most `max_in_flight` are flushed at once, another one
    beside the first as soon as `worth_another` items wait for it. Callers also wait for
    `before_answers(items, results)`, and the next batch does not.

    With `least_half`, a batch that leaves while callers of others are not answered yet takes half
    of all, but so many in any case: whoever is answered asks again in the same turn as the rest of
    his batch, and a large and a small one would follow each other for ever.
    """

    def __init__(
        self,
        flush: Callable[[Sequence[T]], Awaitable[Sequence[R | Exception]]],
        *,
        max_batch: int = 64,
        max_in_flight: int = 1,
        worth_another: int = _WORTH_ANOTHER,
        before_answers: Callable[[Sequence[T], Sequence[R | Exception]], Awaitable[None]]
        | None = None,
        least_half: int | None = None,
    ) -> None:
        self._flush = flush
        self._before_answers = before_answers
        self._max_batch = max_batch
        self._max_in_flight = max_in_flight
        self._worth_another = worth_another
        self._least_half = least_half
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._in_flight = self._leaving = 0  # of those under way, the ones not yet filled
        self._unanswered = 0  # who left and has no answer yet
        self._running: set[asyncio.Task[None]] = set()

    async def __call__(self, item: T) -> R:
        """Return the item's result; raise what the flush says of it, Unavailable when too many
        wait.
        """
        if len(self._waiting) >= _MAX_WAITING:
            raise Unavailable("We are very busy right now.", retry_after_seconds=2)
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        self._start()
        return await future

    async def idle(self) -> None:
        """Wait until nothing waits and no batch is under way."""
        while self._running:
            await asyncio.wait(self._running)

    def _start(self) -> None:
        while self._is_due():
            self._in_flight += 1
            self._leaving += 1
            task = asyncio.create_task(self._run())
            self._running.add(task)
            task.add_done_callback(self._ended)

    def _is_due(self) -> bool:
        left = len(self._waiting) - self._leaving * self._max_batch
        if left <= 0 or not self._in_flight:
            return left > 0
        return self._in_flight < self._max_in_flight and left >= self._worth_another

    async def _run(self) -> None:
        self._leaving -= 1
        batch = self._filled()
        try:
            results = await self._answers([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - everybody in the batch learns of it
            results = [error] * len(batch)
        self._unanswered -= len(batch)
        for (_, future), result in zip(batch, results, strict=True):
            if future.done():
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)

    def _filled(self) -> list[tuple[T, asyncio.Future[R]]]:
        most = self._max_batch
        if self._least_half is not None and self._unanswered:
            callers = len(self._waiting) + self._unanswered
            most = min(most, max(self._least_half, (callers + 1) // 2))
        batch = self._waiting[:most]
        del self._waiting[:most]
        self._unanswered += len(batch)
        self._start()  # as many as are left may be worth another one
        return batch

    async def _answers(self, items: Sequence[T]) -> Sequence[R | Exception]:
        if self._before_answers is None:
            return await self._flush(items)
        try:
            results = await self._flush(items)
        finally:
            self._make_room()
        await self._before_answers(items, results)
        return results

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        if self._before_answers is None:
            # Not before its callers were woken: who asks again at once is in the next batch, and a
            # commit is shared by more (a tenth of a webhook's cost).
            self._make_room()

    def _make_room(self) -> None:
        self._in_flight -= 1
        self._start()
