"""Places held for many callers in one statement: who arrives meanwhile travels in the next.

On a hot sailing that is worth an order of magnitude, because one commit and one row lock serve a
whole batch. A batch that does not fit is taken apart: bookings that touch what is short are tried
one by one, the others go again together.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Collection, Iterable, Sequence
from uuid import UUID

import asyncpg
import msgspec

from maritime_app import formatting
from maritime_app.bookings.holds import store
from maritime_app.bookings.holds.model import Held, HoldRow, ReferenceTaken
from maritime_app.errors import Conflict, Refusal
from maritime_app.ferries.fares.rules import EXTRA
from maritime_app.ferries.sailings import sales
from maritime_app.i18n import translate as _
from maritime_app.infra.db import DatabaseAway
from maritime_app.infra.micro_batcher import MicroBatcher
from maritime_app.infra.telemetry.metrics import tally
from maritime_app.resources import Part, Resources

_MOST_PER_STATEMENT = 64
# What a statement costs whatever it holds (0.6 ms of PostgreSQL's processor) is that of five
# bookings: a second one beside the first pays off later than a webhook's does.
_WORTH_ANOTHER_STATEMENT = 16
_LEAST_HALF = 8
_CLOSE_SECONDS = 5.0
_NOT_TRIED = RuntimeError("this hold was not tried")


class HoldRequest(msgspec.Struct, frozen=True):
    """One booking as the statement wants it, and the tags of what is cached of its sailings."""

    row: HoldRow
    cache_tags: tuple[str, ...]

    @property
    def sailings(self) -> set[UUID]:
        """Return the sailings that it touches."""
        return {leg.sailing_id for leg in self.row.legs}


class HoldBatcher:
    """Where this process holds places."""

    def __init__(self, res: Resources) -> None:
        self._res = res
        # The next batch need not wait for the cache; whoever asked for this one does.
        self._batcher: MicroBatcher[HoldRequest, Held] = MicroBatcher(
            self._hold_batch,
            max_batch=_MOST_PER_STATEMENT,
            max_in_flight=2,
            worth_another=_WORTH_ANOTHER_STATEMENT,
            before_answers=self._bump_held,
            least_half=_LEAST_HALF,
        )
        self._bumping: set[asyncio.Task[None]] = set()

    def hold(self, request: HoldRequest) -> Awaitable[Held]:
        """Hold the places; when this returns, no search shows the old count.

        Raise Conflict where something does not suffice or a sailing is not sold any more,
        ReferenceTaken where another booking has its reference.
        """
        return self._batcher(request)

    async def _hold_batch(self, batch: Sequence[HoldRequest]) -> list[Held | Exception]:
        results: list[Held | Exception] = [_NOT_TRIED] * len(batch)
        try:
            await self._settle(batch, range(len(batch)), results)
        except BaseException:
            self._begin_bump(batch)  # what became of it is not known
            raise
        accepted = sum(isinstance(result, Held) for result in results)
        tally["holds_accepted"] += accepted
        tally["holds_refused"] += len(batch) - accepted
        return results

    async def _bump_held(
        self, batch: Sequence[HoldRequest], results: Sequence[Held | Exception]
    ) -> None:
        held = {result.booking_id: result for result in results if isinstance(result, Held)}
        await self._bump(
            [request for request in batch if request.row.id in held],
            {one.change_id for one in held.values()},
        )

    async def close(self) -> None:
        """Wait until what was begun is held and made known; at most five seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._batcher.idle()
                await asyncio.gather(*self._bumping, return_exceptions=True)

    def _begin_bump(self, requests: Sequence[HoldRequest]) -> None:
        # Each may have been the first of a statement.
        bumped = asyncio.create_task(self._bump(requests, [one.row.id for one in requests]))
        self._bumping.add(bumped)
        bumped.add_done_callback(self._bumping.discard)

    async def _settle(
        self,
        batch: Sequence[HoldRequest],
        group: Sequence[int],
        results: "list[Held | Exception]",
    ) -> None:
        """Hold for all of the group, or take it apart: who touches what is short is tried alone."""
        try:
            outcome = await self._try([batch[index] for index in group])
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
            await self._isolate(batch, group, results, error)
            return
        held = {one.booking_id: one for one in outcome.held}
        for index in group:
            results[index] = held.get(batch[index].row.id) or _refusal(outcome.short)
        if held or len(group) == 1:
            return
        short = {sailing for sailing, _resource in outcome.short}
        alone = [index for index in group if batch[index].sailings & short]
        together = [index for index in group if not batch[index].sailings & short]
        for part in [together, *([index] for index in alone)]:
            if part:
                await self._settle(batch, part, results)

    async def _isolate(
        self,
        batch: Sequence[HoldRequest],
        group: Sequence[int],
        results: "list[Held | Exception]",
        error: Exception,
    ) -> None:
        """Try each alone: a booking that cannot be stored must not take the others with it."""
        if len(group) == 1:
            results[group[0]] = ReferenceTaken() if _is_reference_taken(error) else error
            return
        for index in group:
            await self._settle(batch, [index], results)

    async def _try(self, requests: Sequence[HoldRequest]) -> store.HoldOutcome:
        rows = [request.row for request in requests]
        close_minutes = self._res.settings.sailings.sales_close_minutes
        try:
            async with self._res.db.acquire() as conn:
                return await store.hold_bookings(conn, rows, close_minutes, _tags(requests))
        except (DatabaseAway, TimeoutError):
            return await self._look_up(rows)
        except (asyncpg.DivisionByZeroError, asyncpg.CheckViolationError):
            # The last guard: nothing was written. Each one alone will find out how it stands.
            sailings = [sailing for request in requests for sailing in request.sailings]
            return store.HoldOutcome([(sailing, "changed") for sailing in sailings])

    async def _look_up(self, rows: Sequence[HoldRow]) -> store.HoldOutcome:
        """Return what became of a statement whose answer was lost; raise Unavailable for nothing.

        It writes all bookings or none. Were it carried out after this look, they would expire.
        """
        async with self._res.db.acquire() as conn:
            held = await store.held_bookings(conn, [row.id for row in rows])
        if not held:
            raise DatabaseAway
        tally["holds_found_after_a_lost_answer"] += len(rows)
        return store.HoldOutcome((), held)

    async def _bump(self, changed: Sequence[HoldRequest], changes: Collection[UUID]) -> None:
        await self._res.cache.bump(_tags(changed), changes)


HOLDS = Part("bookings.holds", HoldBatcher)


def _tags(requests: Iterable[HoldRequest]) -> list[str]:
    return sorted({tag for request in requests for tag in request.cache_tags})


def _is_reference_taken(error: Exception) -> bool:
    return (
        isinstance(error, asyncpg.UniqueViolationError)
        and error.constraint_name == "booking_reference_key"
    )


def of(res: Resources) -> HoldBatcher:
    """Return the batcher of this process."""
    return res[HOLDS]


def _refusal(short: Sequence[tuple[UUID, str]]) -> Refusal:
    resource = short[0][1]
    if resource in list(sales.SaleEnd):
        return sales.refusal(sales.SaleEnd(resource))
    words = {
        "lane_cm": _("There is no room left for your vehicle on this sailing."),
        "pet": _("There is no place left for your pet on this sailing."),
    }
    usual = _("There are not enough places left on this sailing.")
    if resource.startswith("cabin:"):
        usual = _("There is no such cabin left on this sailing.")
    if resource.startswith(EXTRA):
        usual = _("Too little of this is left on this sailing: %(extra)s.")
        usual %= {"extra": formatting.item_name(resource)}
    return Conflict(words.get(resource, usual), code="sold_out")
