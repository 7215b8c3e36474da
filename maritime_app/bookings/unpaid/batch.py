"""Budgets asked for many bookings in one step: who books in the same turn of the loop shares it."""

from collections.abc import Awaitable, Sequence

from maritime_app.bookings.unpaid import live_store
from maritime_app.bookings.unpaid.model import BudgetRequest, Shortage
from maritime_app.infra.micro_batcher import MicroBatcher
from maritime_app.resources import Part, Resources

_MOST_PER_STEP = 64  # Redis does nothing else meanwhile


class BudgetBatcher:
    """Where this process takes from budgets."""

    def __init__(self, res: Resources) -> None:
        self._redis = res.redis_cache
        # No batch waits for another one: a Redis that has fallen silent would cost each its five
        # seconds, one after the other.
        self._batcher: MicroBatcher[BudgetRequest, Shortage | None] = MicroBatcher(
            self._take, max_batch=_MOST_PER_STEP, max_in_flight=1_000, worth_another=1
        )

    def take(self, request: BudgetRequest) -> Awaitable[Shortage | None]:
        """Take from all budgets or from none; return the one that does not suffice.

        Raise RedisError where nothing could be counted.
        """
        return self._batcher(request)

    async def _take(
        self, requests: Sequence[BudgetRequest]
    ) -> Sequence[Shortage | Exception | None]:
        return await live_store.take(self._redis, requests)

    async def close(self) -> None:
        """Wait for what is under way."""
        await self._batcher.idle()


BUDGETS = Part("bookings.unpaid", BudgetBatcher)
