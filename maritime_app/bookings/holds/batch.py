"""Places held for many callers in one statement: who arrives meanwhile travels in the next.

On a hot sailing that is worth an order of magnitude, because one commit and one row lock serve a
whole batch. A batch that does not fit is taken apart: bookings that touch what is short are tried
one by one, the others go again together.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from maritime_app.bookings.holds import store
from maritime_app.bookings.holds.model import HoldRow
from maritime_app.errors import Conflict, Refusal
from maritime_app.i18n import translate as _
from maritime_app.infra.db import DatabaseAway
from maritime_app.infra.metrics import tally
from maritime_app.infra.micro_batcher import MicroBatcher
from maritime_app.resources import Part, Resources

_MOST_PER_STATEMENT = 64
_Held = tuple[datetime, "asyncio.Task[None]"]
_NOT_TRIED = RuntimeError("this hold was not tried")


@dataclass(frozen=True, slots=True)
class HoldRequest:
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
        self._batcher: MicroBatcher[HoldRequest, _Held] = MicroBatcher(
            self._hold_batch, max_batch=_MOST_PER_STATEMENT, max_in_flight=2
        )
        self._bumping: set[asyncio.Task[None]] = set()

    async def hold(self, request: HoldRequest) -> datetime:
        """Hold the places and return the instant of it; after that no search shows the old count.

        Raise Conflict where something does not suffice.
        """
        held_at, bumped = await self._batcher(request)
        await asyncio.shield(bumped)
        return held_at

    async def _hold_batch(self, batch: Sequence[HoldRequest]) -> "list[_Held | Exception]":
        results: list[datetime | Exception] = [_NOT_TRIED] * len(batch)
        await self._settle(batch, range(len(batch)), results)
        accepted = [
            request
            for request, result in zip(batch, results, strict=True)
            if isinstance(result, datetime)
        ]
        tally["holds_accepted"] += len(accepted)
        tally["holds_refused"] += len(batch) - len(accepted)
        # The next batch need not wait for the cache; whoever asked for this one does.
        bumped = asyncio.create_task(self._bump(accepted))
        self._bumping.add(bumped)
        bumped.add_done_callback(self._bumping.discard)
        return [(result, bumped) if isinstance(result, datetime) else result for result in results]

    async def _settle(
        self,
        batch: Sequence[HoldRequest],
        group: Sequence[int],
        results: "list[datetime | Exception]",
    ) -> None:
        """Hold for all of the group, or take it apart: who touches what is short is tried alone."""
        try:
            held = await self._try([batch[index] for index in group])
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
            await self._isolate(batch, group, results, error)
            return
        for index in group:
            results[index] = held.at or _refusal(held.short)
        if held.at or len(group) == 1:
            return
        short = {sailing for sailing, _resource in held.short}
        alone = [index for index in group if batch[index].sailings & short]
        together = [index for index in group if not batch[index].sailings & short]
        for part in [together, *([index] for index in alone)]:
            if part:
                await self._settle(batch, part, results)

    async def _isolate(
        self,
        batch: Sequence[HoldRequest],
        group: Sequence[int],
        results: "list[datetime | Exception]",
        error: Exception,
    ) -> None:
        """Try each alone: a booking that cannot be stored must not take the others with it."""
        if len(group) == 1:
            results[group[0]] = error
            return
        for index in group:
            await self._settle(batch, [index], results)

    async def _try(self, requests: Sequence[HoldRequest]) -> store.Held:
        rows = [request.row for request in requests]
        try:
            async with self._res.db.acquire() as conn:
                return await store.hold_bookings(conn, rows)
        except (DatabaseAway, TimeoutError):
            return await self._look_up(rows)
        except (asyncpg.DivisionByZeroError, asyncpg.CheckViolationError):
            # The last guard: nothing was written. Each one alone will find out how it stands.
            sailings = [sailing for request in requests for sailing in request.sailings]
            return store.Held([(sailing, "changed") for sailing in sailings])

    async def _look_up(self, rows: Sequence[HoldRow]) -> store.Held:
        """Return what became of a statement whose answer was lost; raise Unavailable for nothing.

        It writes all bookings or none. Were it carried out after this look, they would expire.
        """
        async with self._res.db.acquire() as conn:
            held_at = await store.held_at(conn, rows[0].id)
        if held_at is None:
            raise DatabaseAway
        tally["holds_found_after_a_lost_answer"] += len(rows)
        return store.Held([], held_at)

    async def _bump(self, accepted: Iterable[HoldRequest]) -> None:
        await self._res.cache.bump({tag for request in accepted for tag in request.cache_tags})


HOLDS = Part("bookings.holds", HoldBatcher)


def of(res: Resources) -> HoldBatcher:
    """Return the batcher of this process."""
    return res[HOLDS]


def _refusal(short: Sequence[tuple[UUID, str]]) -> Refusal:
    resource = short[0][1]
    if resource == "closed":
        return Conflict(_("This sailing has left or was cancelled."), code="departed")
    words = {
        "lane_cm": _("There is no room left for your vehicle on this sailing."),
        "pet": _("There is no place left for your pet on this sailing."),
    }
    usual = _("There are not enough places left on this sailing.")
    if resource.startswith("cabin:"):
        usual = _("There is no such cabin left on this sailing.")
    return Conflict(words.get(resource, usual), code="sold_out")
