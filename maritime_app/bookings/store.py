"""Bookings in PostgreSQL."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec
from asyncpg import Record

from maritime_app.bookings.model import (
    Asked,
    BookedVehicle,
    Booking,
    BookingItem,
    BookingStatus,
    Leg,
    LegRow,
    Passenger,
    PassengerRequest,
)
from maritime_app.bookings.open_change import OpenChange
from maritime_app.bookings.states import BOOKING, BookingEvent
from maritime_app.errors import NotFound
from maritime_app.ferries.extras import FareExtra
from maritime_app.ferries.fares.rules import CABIN, EXTRA
from maritime_app.ferries.model import (
    REMOTE_SEPARATOR,
    OperatorKind,
    PassengerKind,
    PriceReason,
    ResidentDiscount,
    SailingStatus,
    Vehicle,
    VehicleKind,
)
from maritime_app.ferries.operations.model import ChangeReason
from maritime_app.ferries.sailings.sales import SaleEnd
from maritime_app.ferries.sailings.store import operator, place
from maritime_app.i18n import translate as _
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.money import Money

SQL = queries.load("bookings")
_READ_AT_ONCE = 200  # a process serves others between them


async def booking_by_reference(conn: Conn, reference: str) -> Booking | None:
    """Return the booking with everything that belongs to it."""
    found = await _whole(conn, await SQL.booking_by_reference.all(conn, reference))
    return found[0] if found else None


async def booking_by_id(conn: Conn, booking_id: UUID) -> Booking:
    """Return the booking with everything that belongs to it; raise NotFound."""
    found = await bookings_by_id(conn, [booking_id])
    if not found:
        raise NotFound(_("There is no such booking."))
    return found[0]


async def boarded_legs(conn: Conn, booking_id: UUID) -> set[int]:
    """Return the numbers of the legs on which somebody was let aboard."""
    return set(await SQL.boarded_legs.fetch_all(conn, int, booking_id))


async def locked_booking(conn: Conn, booking_id: UUID) -> Booking:
    """Lock the booking's row until the transaction ends, and return it as it is then."""
    await lock_booking(conn, booking_id)
    return await booking_by_id(conn, booking_id)


async def bookings_by_id(conn: Conn, booking_ids: Sequence[UUID]) -> list[Booking]:
    """Return these bookings with everything that belongs to them, in that order."""
    place = {booking_id: place for place, booking_id in enumerate(booking_ids)}
    found = list[Booking]()
    for first in range(0, len(booking_ids), _READ_AT_ONCE):
        some = list(booking_ids[first : first + _READ_AT_ONCE])
        found += await _whole(conn, await SQL.bookings_by_id.all(conn, some))
    return sorted(found, key=lambda booking: place[booking.id])


async def paid_bookings_of(conn: Conn, email: str, most: int) -> int:
    """Return how many confirmed bookings a contact has, at most so many."""
    count: int = await SQL.paid_bookings_of.value(conn, email, most)
    return count


async def lock_booking(conn: Conn, booking_id: UUID) -> tuple[BookingStatus, bool]:
    """Lock the row until the transaction ends; return its status, and whether its hold is overdue.

    "Overdue" is by the database's clock. A booking's row is never deleted.
    """
    row = await SQL.lock_booking.one(conn, booking_id)
    return BookingStatus(row["status"]), row["overdue"]


async def apply(
    conn: Conn, booking_id: UUID, event: BookingEvent, *, within: Sequence[BookingStatus] = ()
) -> bool:
    """Let the event happen; return False where the booking's state does not allow it.

    `within` narrows the states that it may come from.
    """
    before = [status for status in BOOKING.before(event) if not within or status in within]
    after = BOOKING.target(event)
    return await SQL.set_status.value(conn, booking_id, before, after) is not None


async def sale_end(conn: Conn, booking_id: UUID, close_minutes: int) -> SaleEnd | None:
    """Return why a sailing of the booking is not sold any more, by the database's clock.

    `close_minutes` before departure sales close where nobody says otherwise.
    """
    return await SQL.sale_end_of.fetch_optional(conn, SaleEnd, booking_id, close_minutes)


async def lock_sailings(conn: Conn, sailing_ids: Iterable[UUID]) -> None:
    """Let nobody cancel or retime these sailings until the transaction ends."""
    await SQL.lock_sailings.fetch_all(conn, UUID, list(sailing_ids))


async def are_cancelled(conn: Conn, sailing_ids: Sequence[UUID]) -> bool:
    """Return whether one of these sailings does not go; lock them as `lock_sailings`."""
    await lock_sailings(conn, sailing_ids)
    return await SQL.are_cancelled.fetch_one(conn, bool, list(sailing_ids))


async def refuse_vehicles(
    conn: Conn, sailing_ids: Iterable[UUID], vehicles: Iterable[Vehicle | BookedVehicle]
) -> bool:
    """Return whether one of these sailings of ours does not take one of the vehicles; the caller
    holds `lock_sailings`.
    """
    sizes = [(one.height_cm, one.weight_kg or 0) for one in vehicles]
    heights, weights = [height for height, _kg in sizes], [kg for _cm, kg in sizes]
    return await SQL.refuse_vehicles.fetch_one(conn, bool, list(sailing_ids), heights, weights)


async def passenger_requests(conn: Conn, booking_id: UUID) -> list[PassengerRequest]:
    """Return who travels as it was asked for, documents and all."""
    return await SQL.passenger_requests.fetch_all(conn, PassengerRequest, booking_id)


async def renewal_of(conn: Conn, booking_id: UUID) -> UUID | None:
    """Return the booking that was made in place of this one."""
    return await SQL.renewal_of.fetch_optional(conn, UUID, booking_id)


async def renewed(conn: Conn, booking_id: UUID, renewal_id: UUID) -> bool:
    """Write down which booking takes this one's place; return False where one stands that does."""
    return await SQL.renew.value(conn, booking_id, renewal_id) is not None


async def set_cancel_fee(conn: Conn, booking_id: UUID, fee_minor: int) -> None:
    """Write the fee down; what the customer was told has a new version."""
    await SQL.set_cancel_fee.run(conn, booking_id, fee_minor)


async def add_goodwill(conn: Conn, booking_id: UUID, amount_minor: int) -> None:
    """Write down what was given of a standing booking's price; the caller holds its row."""
    await SQL.add_goodwill.execute(conn, booking_id, amount_minor)


async def goodwill_minor(conn: Conn, booking_id: UUID) -> int:
    """Return what was given of a booking's price."""
    return await SQL.goodwill_of.fetch_one(conn, int, booking_id)


async def set_operator_reference(
    conn: Conn, booking_id: UUID, number: int, operator_reference: str
) -> None:
    """Write down the operator's own reference of a leg."""
    await SQL.set_operator_reference.run(conn, booking_id, number, operator_reference)


async def overdue_holds(conn: Conn, limit: int) -> list[UUID]:
    """Return held bookings whose time has run out."""
    return [row["id"] for row in await SQL.overdue_holds.all(conn, limit)]


async def stuck_bookings(conn: Conn, older_than_seconds: float, limit: int) -> list[UUID]:
    """Return bookings that are paid but not confirmed for too long."""
    return [row["id"] for row in await SQL.stuck_bookings.all(conn, older_than_seconds, limit)]


async def _whole(conn: Conn, rows: Sequence[Record]) -> list[Booking]:
    """Return the bookings with what belongs to them, each kind of it read once for all."""
    if not rows:
        return []
    ids = [row["id"] for row in rows]
    items = _by_booking(await SQL.items_of.all(conn, ids))
    legs = _by_booking(await SQL.legs_of.all(conn, ids))
    people = _by_booking(await SQL.passengers_of.all(conn, ids))
    vehicles = _by_booking(await SQL.vehicles_of.all(conn, ids))
    return [
        _booking(row, items[row["id"]], legs[row["id"]], people[row["id"]], vehicles[row["id"]])
        for row in rows
    ]


def _by_booking(rows: Iterable[Record]) -> defaultdict[UUID, list[Record]]:
    found: defaultdict[UUID, list[Record]] = defaultdict(list)
    for row in rows:
        found[row["booking_id"]].append(row)
    return found


def _booking(
    row: Record,
    item_rows: Iterable[Record],
    legs: Sequence[Record],
    people: Iterable[Record],
    vehicles: Iterable[Record],
) -> Booking:
    currency = row["currency"]
    items = [_item(item, currency) for item in item_rows]
    return Booking(
        **{
            **row,
            "status": BookingStatus(row["status"]),
            "asked": msgspec.convert(row["asked"], Asked | None),
            "change": msgspec.convert(row["change"], OpenChange | None),
        },
        legs=tuple(_leg(leg, currency, items) for leg in legs),
        passengers=tuple(_passenger(person) for person in people),
        vehicles=tuple(_vehicle(vehicle) for vehicle in vehicles),
        items=tuple(items),
        leg_rows={
            leg["number"]: LegRow(leg["sailing_id"], leg["operator_key"], leg["least_fee_percent"])
            for leg in legs
        },
    )


def _passenger(row: Record) -> Passenger:
    kind = PassengerKind(row["kind"])
    names = (row["given_name"], row["family_name"])
    return Passenger(row["number"], kind, *names, row["resident_of"])


def _vehicle(row: Record) -> BookedVehicle:
    return BookedVehicle(
        number=row["number"],
        kind=VehicleKind(row["kind"]),
        length_cm=row["length_cm"],
        height_cm=row["height_cm"],
        plate=row["plate"],
        weight_kg=row["weight_kg"],
    )


def _item(row: Record, currency: str) -> BookingItem:
    amount = Money(row["amount_minor"], currency)
    reason = PriceReason(row["reason"])
    return BookingItem(row["leg"], row["item"], row["quantity"], amount, reason)


def _bought(items: Iterable[BookingItem], leg: int, start: str) -> dict[str, int]:
    """Return how many of what was bought on a leg, of all items whose names start like that."""
    return {
        line.item.removeprefix(start): line.quantity
        for line in items
        if line.leg == leg and line.item.startswith(start)
    }


def _leg(row: Record, currency: str, items: Sequence[BookingItem]) -> Leg:
    sailed_by = operator(row)
    sailing_id = str(row["sailing_id"])
    if sailed_by.kind is OperatorKind.REMOTE:
        sailing_id = f"{sailed_by.code}{REMOTE_SEPARATOR}{row['remote_key']}"
    return Leg(
        number=row["number"],
        sailing_id=sailing_id,
        origin=place(row, "origin"),
        destination=place(row, "destination"),
        departs_at=row["departs_at"],
        arrives_at=row["arrives_at"],
        operator=sailed_by,
        ferry=row["ferry"],
        mmsi=row["mmsi"],
        operator_reference=row["operator_reference"],
        price=Money(row["price_minor"], currency),
        cabins=_bought(items, row["number"], CABIN),
        status=SailingStatus(row["status"]),
        expected_departs_at=row["expected_departs_at"],
        expected_arrives_at=row["expected_arrives_at"],
        note=row["note"],
        reason=ChangeReason(row["reason"]) if row["reason"] else None,
        place_lost=row["place_lost"],
        departed_at=row["departed_at"],
        arrived_at=row["arrived_at"],
        resident_discounts=msgspec.convert(
            row["resident_discounts"] or (), tuple[ResidentDiscount, ...]
        ),
        extras=msgspec.convert(_bought(items, row["number"], EXTRA), dict[str, int]),
        fare_extras=msgspec.convert(row["fare_extras"] or (), tuple[FareExtra, ...]),
        fare_id=row["fare_id"],
    )
