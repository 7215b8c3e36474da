"""Sailings whose places are rows here, and those that are only listed, priced for a party."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.ferries import parties
from maritime_app.ferries.cabins import CabinStock
from maritime_app.ferries.fares import rules
from maritime_app.ferries.model import (
    Fare,
    Party,
    Place,
    PriceLine,
    PriceReason,
    local_time,
)
from maritime_app.ferries.sailings import sales, store as sailings_store
from maritime_app.ferries.sailings.sales import SaleEnd
from maritime_app.ferries.search import store
from maritime_app.ferries.search.model import CabinOffer, ExtraOffer, SailingOffer, WhyNot
from maritime_app.ferries.search.store import SailingRow
from maritime_app.ferries.timetables.updates import service as updates
from maritime_app.ferries.timetables.updates.alerts import service as alerts
from maritime_app.money import Money
from maritime_app.resources import Resources

Pair = tuple[Place, Place]

_ENDED = {
    SaleEnd.CANCELLED: WhyNot.CANCELLED,
    SaleEnd.DEPARTED: WhyNot.DEPARTED,
    SaleEnd.CLOSED: WhyNot.SALES_CLOSED,
}


async def offers(
    res: Resources, ends: Pair, day: date, party: Party, tags: Sequence[str]
) -> list[SailingOffer]:
    """Return the sailings of the local day by one query, their fares by another.

    `tags` are those of the cached answer that this becomes a part of.
    """
    found = await offers_of_pairs(res, [ends], day, party, tags)
    return found[ends[0].code, ends[1].code]


async def offers_of_pairs(
    res: Resources,
    pairs: Sequence[Pair],
    day: date,
    party: Party,
    tags: Sequence[str],
    *,
    days: int = 1,
) -> dict[tuple[str, str], list[SailingOffer]]:
    """Return the same for several pairs of places by their codes, for `days` local days from that
    one on; in order of departure, and of each pair at most 200.
    """
    codes = [(origin.code, destination.code) for origin, destination in pairs]
    close_minutes = res.settings.sailings.sales_close_minutes
    async with res.reads.acquire(tags) as conn:
        rows = await store.sailings_of_pairs(conn, codes, day, days, close_minutes)
        fares = await sailings_store.fares(conn, (row.fare_id for row in rows if row.fare_id))
    rows = await _as_said(res, rows)
    now = clock.now()
    ends = dict(zip(codes, pairs, strict=True))
    found: dict[tuple[str, str], list[SailingOffer]] = {pair: [] for pair in codes}
    for row in rows:
        fare = fares[row.fare_id] if row.fare_id else None
        pair = (row.from_code, row.to_code)
        found[pair].append(_offer(row, fare, party, ends[pair], now))
    return found


async def _as_said(res: Resources, rows: list[SailingRow]) -> list[SailingRow]:
    """Return the rows, boats of timetables with how they go as their publishers say it, and with
    what they tell travellers.
    """
    if not any(row.listing for row in rows):
        return rows
    said = await updates.said_of(res, (row.listing for row in rows))
    told = await alerts.told(res)

    def as_said(row: SailingRow) -> SailingRow:
        if row.listing is None or row.listing.feed not in {*said, *told}:
            return row
        listing = updates.with_live(said, row.listing, row.departs_at, row.arrives_at)
        listing = alerts.with_alerts(told, listing, row.departs_at, row.arrives_at)
        return msgspec.structs.replace(row, listing=listing)

    return [as_said(row) for row in rows]


def _offer(
    row: SailingRow, fare: Fare | None, party: Party, ends: Pair, now: datetime
) -> SailingOffer:
    carried = parties.carried(party, fare.ages) if fare else party
    housed = _housed(row, fare, carried) if fare and carried and party.berths else carried
    lines = _lines(fare, housed or carried) if fare and carried else None
    price = Money(rules.total_minor(lines), fare.currency) if fare and lines is not None else None
    fits = _vehicle_fits(row, party)
    reason = _why_not(row, fare, party, price=price, fits=fits, now=now)
    if reason is None and housed is None:
        reason = WhyNot.NO_BERTHS
    return SailingOffer(
        sailing_id=str(row.id),
        operator=row.operator,
        ferry=row.ferry,
        departs_at=row.departs_at,
        arrives_at=row.arrives_at,
        sales_close_at=row.sales_close_at,
        departs_local=local_time(row.departs_at, ends[0]),
        arrives_local=local_time(row.arrives_at, ends[1]),
        duration_minutes=int((row.arrives_at - row.departs_at).total_seconds() // 60),
        price=price,
        bookable=reason is None,
        places_left=row.available.get("passenger"),
        vehicle_fits=fits,
        why_not=reason,
        every_minutes=row.headway_seconds // 60 if row.headway_seconds else None,
        listing=row.listing,
        cabins=_cabins(row, fare),
        extras=_extras(row, fare),
        berths_in=dict(housed.cabins) if housed and party.berths else msgspec.UNSET,
        resident_discount=_discount(fare, lines)
        if fare and lines is not None and party.living_in
        else msgspec.UNSET,
    )


def _housed(row: SailingRow, fare: Fare, party: Party) -> Party | None:
    """Return the party in the cheapest cabins with a berth for everybody, without one on a ship
    that sells none; None where they do not suffice.
    """
    stock = [
        CabinStock(offer.type, offer.price.amount_minor, offer.berths, offer.left)
        for offer in _cabins(row, fare)
    ]
    return parties.lodged(party, stock)


def _lines(fare: Fare, party: Party) -> list[PriceLine] | None:
    """Return the price line by line, or None for a party that the fare does not carry."""
    try:
        return rules.price_lines(fare, party)
    except Invalid:
        return None


def _discount(fare: Fare, lines: Sequence[PriceLine]) -> Money:
    """Return what residents pay less."""
    taken_off = (line for line in lines if line.reason is PriceReason.DISCOUNT)
    return Money(-rules.total_minor(taken_off), fare.currency)


def _vehicle_fits(row: SailingRow, party: Party) -> bool | None:
    """Return whether the party's vehicles fit; None when a timetable does not say."""
    if row.fare_id is None:
        return row.cars_allowed
    return rules.vehicles_fit(party, row.available, row.max_height_cm, row.max_vehicle_kg)


def _why_not(
    row: SailingRow,
    fare: Fare | None,
    party: Party,
    *,
    price: Money | None,
    fits: bool | None,
    now: datetime,
) -> WhyNot | None:
    if fare is None:
        live = row.listing.live if row.listing else None
        return WhyNot.CANCELLED if live and live.is_off else WhyNot.TIMETABLE_ONLY
    if price is None:
        return WhyNot.NOT_CARRIED
    ended = sales.sale_end(row.status, row.leaves_at, row.sales_close_at, now)
    if ended:
        return _ENDED[ended]
    if row.available.get("passenger", 0) < party.people:
        return WhyNot.FULL
    if party.pets > row.available.get("pet", 0):
        return WhyNot.NO_ROOM_FOR_PETS
    return WhyNot.NO_ROOM_FOR_VEHICLE if party.vehicles and not fits else None


def _cabins(row: SailingRow, fare: Fare | None) -> tuple[CabinOffer, ...]:
    if fare is None:
        return ()
    return tuple(
        CabinOffer(
            cabin_type,
            Money(fare.prices[item], fare.currency),
            berths,
            row.available.get(item, 0),
        )
        for cabin_type, berths in sorted(row.berths.items())
        if (item := f"{rules.CABIN}{cabin_type}") in fare.prices
    )


def _extras(row: SailingRow, fare: Fare | None) -> tuple[ExtraOffer, ...]:
    if fare is None:
        return ()
    return tuple(
        ExtraOffer(
            extra.kind,
            extra.unit,
            Money(extra.price_minor, fare.currency),
            row.available.get(f"{rules.EXTRA}{extra.kind}") if extra.per_sailing else None,
        )
        for extra in fare.extras
    )
