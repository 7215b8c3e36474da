"""Changes, and the rows of a changed booking, in PostgreSQL."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from maritime_app.bookings.changes.model import Change, Content, HoldChange
from maritime_app.bookings.changes.states import CHANGE, ChangeEvent
from maritime_app.bookings.holds.model import HoldPassenger, HoldReserved
from maritime_app.bookings.holds.store import add_reserved
from maritime_app.bookings.open_change import ChangeOrigin
from maritime_app.ferries.capacity.model import Reserved
from maritime_app.ferries.sailings.sales import SaleEnd
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("bookings_changes")


class _ReservedLeg(msgspec.Struct, frozen=True):
    booking_id: UUID
    leg: int
    sailing_id: UUID
    resource: str
    quantity: int


async def open_change(conn: Conn, booking_id: UUID) -> Change | None:
    """Return the change of a booking that has not ended yet; there is one at most."""
    return await SQL.open_change.fetch_optional(conn, Change, booking_id)


async def open_changes(conn: Conn, booking_ids: Sequence[UUID]) -> list[UUID]:
    """Return the changes of these bookings that have not ended yet."""
    return await SQL.open_changes.fetch_all(conn, UUID, list(booking_ids))


async def change(conn: Conn, change_id: UUID) -> Change:
    """Return the change as it is; its row is never deleted."""
    return await SQL.change_by_id.fetch_one(conn, Change, change_id)


async def next_number(conn: Conn, booking_id: UUID) -> int:
    """Return the number of the booking's next change, while its row is locked."""
    return await SQL.next_change_number.fetch_one(conn, int, booking_id)


async def add_changes(
    conn: Conn, origin: ChangeOrigin, requests: Mapping[UUID, HoldChange]
) -> None:
    """Write changes down by the ids they get; the caller holds the rows of their bookings."""
    rows = [
        {
            "id": change_id,
            "booking_id": one.booking.id,
            "version": one.booking.version,
            "content": msgspec.to_builtins(one.draft.content),
            "total_minor": one.draft.total_minor,
            "due_minor": one.draft.due_minor,
            "expires_at": one.expires_at,
        }
        for change_id, one in requests.items()
    ]
    await SQL.add_changes.execute(conn, origin, rows)


async def apply(
    conn: Conn, change_id: UUID, event: ChangeEvent, refusal: str | None = None
) -> bool:
    """Let the event happen; return False where the change's state does not allow it."""
    before, after = CHANGE.before(event), CHANGE.target(event)
    found = await SQL.set_change_status.fetch_optional(
        conn, UUID, change_id, before, after, refusal
    )
    return found is not None


async def set_content(conn: Conn, change_id: UUID, content: Content) -> None:
    """Write down what an operator has answered meanwhile."""
    await SQL.set_change_content.execute(conn, change_id, msgspec.to_builtins(content))


async def add_places(conn: Conn, places: Mapping[UUID, Sequence[Reserved]]) -> None:
    """Write down what each change holds beyond what its booking has."""
    rows = [(change_id, part) for change_id, parts in places.items() for part in parts]
    await SQL.add_change_capacity.execute(
        conn,
        [change_id for change_id, _part in rows],
        [part.sailing_id for _id, part in rows],
        [part.resource for _id, part in rows],
        [part.quantity for _id, part in rows],
    )


async def lock_places(conn: Conn, booking_id: UUID, sailing_ids: Iterable[UUID]) -> None:
    """Lock the counters of what a booking and its changes have, and of sailings to be taken.

    Whoever takes places and frees others in one transaction calls it before either.
    """
    await SQL.lock_places.fetch_all(conn, str, booking_id, list(sailing_ids))


async def take_places(conn: Conn, change_id: UUID) -> list[Reserved]:
    """Take from a change what it holds, and return it; a second call returns nothing."""
    return await SQL.take_change_capacity.fetch_all(conn, Reserved, change_id)


async def reserved_legs(conn: Conn, booking_id: UUID) -> list[HoldReserved]:
    """Return what the booking has of capacity, leg by leg."""
    return (await reserved_of(conn, [booking_id]))[booking_id]


async def reserved_of(conn: Conn, booking_ids: Sequence[UUID]) -> Mapping[UUID, list[HoldReserved]]:
    """Return what bookings have of capacity, leg by leg; an empty list for one without any."""
    found: defaultdict[UUID, list[HoldReserved]] = defaultdict(list)
    for row in await SQL.reserved_legs.fetch_all(conn, _ReservedLeg, list(booking_ids)):
        part = HoldReserved(row.leg, row.sailing_id, row.resource, row.quantity)
        found[row.booking_id].append(part)
    return found


async def overdue(conn: Conn, limit: int) -> list[UUID]:
    """Return held changes whose time has run out."""
    return await SQL.overdue_changes.fetch_all(conn, UUID, limit)


async def stuck(conn: Conn, older_than_seconds: float, limit: int) -> list[UUID]:
    """Return accepted changes that were not carried out for too long."""
    return await SQL.stuck_changes.fetch_all(conn, UUID, older_than_seconds, limit)


async def travellers(conn: Conn, booking_id: UUID) -> list[HoldPassenger]:
    """Return who travels, documents and all."""
    return await SQL.travellers_of.fetch_all(conn, HoldPassenger, booking_id)


async def sale_end(conn: Conn, sailing_ids: Sequence[UUID], close_minutes: int) -> SaleEnd | None:
    """Return why one of the sailings is not sold any more, by the database's clock."""
    return await SQL.sale_end_of_sailings.fetch_optional(
        conn, SaleEnd, list(sailing_ids), close_minutes
    )


async def unpayable(conn: Conn, limit: int) -> list[UUID]:
    """Return open payments for changes that do not wait for money any more."""
    return await SQL.unpayable_changes.fetch_all(conn, UUID, limit)


async def rewrite(conn: Conn, changed: Change) -> bool:
    """Make the booking what the change says; return False where it is another one meanwhile.

    What it has of capacity is written as it will be; the counters are the caller's.
    """
    booking_id, content = changed.booking_id, changed.content
    version = await SQL.rewrite_booking.fetch_optional(
        conn, int, booking_id, changed.from_version, changed.total_minor
    )
    if version is None:
        return False
    await _put_legs(conn, booking_id, content)
    await rewrite_lines(conn, booking_id, content)
    await SQL.drop_passengers.execute(conn, booking_id, list(content.dropped_passengers))
    await SQL.put_passengers.execute(conn, booking_id, msgspec.to_builtins(content.passengers))
    await SQL.drop_vehicles.execute(conn, booking_id, list(content.dropped_vehicles))
    await SQL.put_vehicles.execute(conn, booking_id, msgspec.to_builtins(content.vehicles))
    return True


async def rewrite_all(conn: Conn, requests: Sequence[HoldChange]) -> bool:
    """Write the price lines of bookings, and what their legs have, at the price they had.

    Return False where one is another one meanwhile. The counters are the caller's.
    """
    ids = [one.booking.id for one in requests]
    versions = [one.booking.version for one in requests]
    if len(await SQL.rewrite_bookings.fetch_all(conn, UUID, ids, versions)) != len(ids):
        return False
    await SQL.drop_lines_of.execute(conn, ids)
    items = [
        {"booking_id": one.booking.id, **msgspec.to_builtins(item)}
        for one in requests
        for item in one.draft.content.items
    ]
    await SQL.put_items_of.execute(conn, items)
    rows = [
        (one.booking.id, leg.number, leg.sailing_id, resource, quantity)
        for one in requests
        for leg in one.draft.content.legs
        for resource, quantity in leg.places.items()
    ]
    await SQL.put_reserved_of.execute(conn, *(list(column) for column in zip(*rows, strict=True)))
    return True


async def apply_all(conn: Conn, change_ids: Sequence[UUID], event: ChangeEvent) -> bool:
    """Let the event happen to all of these; return False where the state of one forbids it."""
    states = CHANGE.before(event), CHANGE.target(event)
    found = await SQL.set_change_statuses.fetch_all(conn, UUID, list(change_ids), *states)
    return len(found) == len(change_ids)


async def take_places_of(conn: Conn, change_ids: Sequence[UUID]) -> list[Reserved]:
    """Take from changes what they hold, and return it."""
    return await SQL.take_capacity_of_changes.fetch_all(conn, Reserved, list(change_ids))


async def rewrite_lines(conn: Conn, booking_id: UUID, content: Content) -> None:
    """Write the price lines of a booking, and what its legs have of capacity."""
    await SQL.drop_items.execute(conn, booking_id)
    await SQL.put_items.execute(conn, booking_id, msgspec.to_builtins(content.items))
    await SQL.drop_reserved.execute(conn, booking_id)
    places = [
        HoldReserved(leg.number, leg.sailing_id, resource, quantity)
        for leg in content.legs
        for resource, quantity in leg.places.items()
    ]
    await add_reserved(conn, booking_id, places)
    await SQL.find_places.execute(conn, booking_id)


async def _put_legs(conn: Conn, booking_id: UUID, content: Content) -> None:
    legs = content.legs
    await SQL.drop_legs.execute(conn, booking_id, [leg.number for leg in legs])
    await SQL.put_legs.execute(
        conn,
        booking_id,
        [leg.number for leg in legs],
        [leg.sailing_id for leg in legs],
        [leg.price_minor for leg in legs],
        [leg.operator_key for leg in legs],
        [leg.operator_reference for leg in legs],
        [leg.least_fee_percent for leg in legs],
        [leg.fare_id for leg in legs],
    )
