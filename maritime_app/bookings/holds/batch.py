"""Places held for many callers in one statement: who arrives while one is under way travels in the
next.

On a hot sailing that is worth an order of magnitude, because one commit and one row lock serve a
whole batch.
A batch that does not fit is taken apart: bookings that touch what is short are tried one by one,
the others
go again together.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from maritime_app import ids
from maritime_app.bookings import store
from maritime_app.bookings.model import BookingAsk, PassengerAsk, VehicleBooked
from maritime_app.bookings.pricing.quotes import Quote, sized
from maritime_app.errors import Conflict, Refusal
from maritime_app.ferries import service as ferries
from maritime_app.i18n import translate as _
from maritime_app.infra.metrics import tally
from maritime_app.infra.micro_batcher import Grouped
from maritime_app.resources import Resources

_MOST_PER_STATEMENT = 64
_Written = tuple[datetime, "asyncio.Task[None]"]
_NOT_TRIED = RuntimeError("this hold was not tried")


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """One booking as the statement wants it, and the quote it came from."""

    row: dict[str, Any]
    quote: Quote

    @property
    def sailings(self) -> set[UUID]:
        """What it touches."""
        return {leg.sailing.id for leg in self.quote.legs}


class HoldDesk:
    """Where this process holds places."""

    def __init__(self, res: Resources) -> None:
        self._res = res
        self._grouped: Grouped[HoldRequest, _Written] = Grouped(
            self._hold_batch, most=_MOST_PER_STATEMENT, flights=2
        )
        self._bumping: set[asyncio.Task[None]] = set()

    async def hold(self, request: HoldRequest) -> datetime:
        """Hold the places; the instant at which it was written.

        Afterwards no search shows the old count.
        """
        held_at, bumped = await self._grouped(request)
        await asyncio.shield(bumped)
        return held_at

    async def _hold_batch(self, batch: Sequence[HoldRequest]) -> "list[_Written | Exception]":
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
        """Hold for all of the group, or take it apart: who touches what is short is tried alone, in
        turn.
        """
        try:
            held = await self._try([batch[index] for index in group])
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
            await self._find_the_culprit(batch, group, results, error)
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

    async def _find_the_culprit(
        self,
        batch: Sequence[HoldRequest],
        group: Sequence[int],
        results: "list[datetime | Exception]",
        error: Exception,
    ) -> None:
        """One booking that the database cannot store must not take the others with it."""
        if len(group) == 1:
            results[group[0]] = error
            return
        for index in group:
            await self._settle(batch, [index], results)

    async def _try(self, requests: Sequence[HoldRequest]) -> store.Held:
        try:
            async with self._res.db.acquire() as conn:
                return await store.hold_bookings(conn, [request.row for request in requests])
        except (asyncpg.DivisionByZeroError, asyncpg.CheckViolationError):
            # The last guard: nothing was written. Each one alone will find out how it stands.
            return store.Held(
                [(sailing, "changed") for request in requests for sailing in request.sailings]
            )

    async def _bump(self, accepted: Iterable[HoldRequest]) -> None:
        tags = {
            tag
            for request in accepted
            for tag in ferries.tags(leg.sailing for leg in request.quote.legs)
        }
        await self._res.cache.bump(tags)


def of(res: Resources) -> HoldDesk:
    """The desk of this process."""
    return res.part(HoldDesk, HoldDesk)


def row(res: Resources, ask: BookingAsk, priced: Quote, reference: str) -> dict[str, Any]:
    """The booking as the hold statement wants it."""
    return {
        "id": ids.uuid7(),
        "reference": reference,
        "email": ask.contact.email,
        "phone": ask.contact.phone,
        "language": ask.contact.language,
        "currency": priced.total.currency,
        "total_minor": priced.total.amount_minor,
        "hold_seconds": res.settings.bookings.hold_minutes * 60,
        "payment_id": ids.uuid7(),
        "legs": [
            {"number": leg.number, "sailing_id": leg.sailing.id, "price_minor": leg.price_minor}
            for leg in priced.legs
        ],
        "takes": [
            {
                "leg": leg.number,
                "sailing_id": leg.sailing.id,
                "resource": resource,
                "quantity": quantity,
            }
            for leg in priced.legs
            for resource, quantity in leg.takes.items()
        ],
        "passengers": [
            _person(*entry)
            for entry in enumerate(zip(ask.passengers, priced.kinds, strict=True), 1)
        ],
        "vehicles": [_vehicle(*entry) for entry in enumerate(ask.vehicles, 1)],
        "items": _items(priced),
    }


def _person(number: int, who: tuple[PassengerAsk, str]) -> dict[str, Any]:
    person, kind = who
    return {
        "number": number,
        "kind": kind,
        "given_name": person.given_name.strip(),
        "family_name": person.family_name.strip(),
        "birth_date": person.birth_date,
        "gender": person.gender,
        "nationality": person.nationality,
    }


def _vehicle(number: int, vehicle: VehicleBooked) -> dict[str, Any]:
    kind, length_cm, height_cm = sized(vehicle)
    size = {
        "kind": kind,
        "length_cm": length_cm,
        "height_cm": height_cm,
        "weight_kg": vehicle.weight_kg,
    }
    return {"number": number, **size, "plate": vehicle.plate}


def _items(priced: Quote) -> list[dict[str, Any]]:
    lines = [(leg.number, line) for leg in priced.legs for line in leg.lines]
    return [
        {
            "number": number,
            "leg": leg,
            "item": line.item,
            "quantity": line.quantity,
            "unit_minor": line.unit_minor,
        }
        for number, (leg, line) in enumerate(lines, start=1)
    ]


def _refusal(short: Sequence[tuple[UUID, str]]) -> Refusal:
    resource = short[0][1]
    words = {
        "passenger": _("There are not enough places left on this sailing."),
        "lane_cm": _("There is no room left for your vehicle on this sailing."),
        "pet": _("There is no place left for your pet on this sailing."),
        "closed": _("This sailing has left or was cancelled."),
    }
    cabin = _("There is no such cabin left on this sailing.")
    text = words.get(resource, cabin if resource.startswith("cabin:") else words["passenger"])
    return Conflict(text, code="departed" if resource == "closed" else "sold_out")
