"""Changes of many bookings that move no money, people or sailings, in few statements."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from maritime_app.bookings.changes import places, service, store
from maritime_app.bookings.changes.model import HoldChange
from maritime_app.bookings.changes.states import ChangeEvent
from maritime_app.bookings.holds.model import HoldReserved
from maritime_app.bookings.open_change import ChangeOrigin
from maritime_app.ferries.capacity import service as capacity
from maritime_app.ferries.sailings import service as sailings
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import JobRequest, enqueue_all
from maritime_app.resources import Resources


async def relodge(
    conn: Conn,
    res: Resources,
    requests: Sequence[HoldChange],
    reserved: Mapping[UUID, Sequence[HoldReserved]],
    origin: ChangeOrigin,
) -> bool:
    """Hold and carry out changes of price lines and of places on the same legs, all or none.

    They are invoiced with the mail of their tickets, one by one: the next numbers of operators are
    not held for as long as all of it takes.

    `reserved` is what each booking has of capacity. The caller holds the rows of confirmed
    bookings. Return False where places of any of them are gone; raise Conflict where a booking is
    another one meanwhile.
    """
    if not requests:
        return True
    ids = await service.hold_all(conn, res, requests, origin)
    if ids is None:
        return False
    after = [places.needed(one.draft.content) for one in requests]
    if not await store.rewrite_all(conn, requests):
        raise service.booking_changed()
    for event in (ChangeEvent.ACCEPT, ChangeEvent.APPLY):
        if not await store.apply_all(conn, ids, event):
            raise service.booking_changed()
    has = places.held(part for one in requests for part in reserved[one.booking.id])
    has += places.held(await store.take_places_of(conn, ids))
    tags = await sailings.tags_of(conn, {sailing_id for sailing_id, _resource in has})
    to_free = places.beyond(has, sum(after, start=places.Places()))
    await capacity.release(conn, res.cache, to_free, tags)
    reports = [
        JobRequest(
            {"change_id": str(change_id)},
            ("bookings", str(one.booking.id)),
            f"report_change:{change_id}",
        )
        for change_id, one in zip(ids, requests, strict=True)
    ]
    await enqueue_all(conn, "bookings.report_change", reports)
    return True
