"""The acts of those who run sailings. Each is in the audit log, and passengers hear of it by the
job that follows every change.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.accounts import service as accounts
from maritime_app.errors import Conflict, Forbidden, NotFound
from maritime_app.ferries.capacity.model import Carried
from maritime_app.ferries.model import local_day
from maritime_app.ferries.operations import checks, store
from maritime_app.ferries.operations.model import (
    ActingStaff,
    ActRequest,
    CancelRequest,
    ManagedSailing,
    PassageRequest,
    SailingFilter,
    SailingPage,
    SalesClose,
    SalesCloseRequest,
    Ship,
    TimesRequest,
)
from maritime_app.ferries.operations.states import SAILING, SailingEvent
from maritime_app.ferries.sailings import catalogue, service as sailings_service
from maritime_app.i18n import translate as _
from maritime_app.infra.cache_changes import drop_cached
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.resources import Resources

PER_PAGE = 60


async def sailings(res: Resources, acting: ActingStaff, wanted: SailingFilter) -> SailingPage:
    """Return the sailings of a day (today by default) that this person may see."""
    day = wanted.day or clock.now().date()
    minutes = res.settings.sailings.sales_close_minutes
    async with res.db.acquire() as conn:
        found = await store.sailings(conn, acting.operator_id, wanted, day, minutes, PER_PAGE)
    return SailingPage(tuple(found[:PER_PAGE]), len(found) > PER_PAGE)


async def sailing(res: Resources, acting: ActingStaff, sailing_id: UUID) -> ManagedSailing:
    """Return one sailing as it is; raise NotFound, Forbidden for one of another operator."""
    async with res.db.acquire() as conn:
        return await _sailing(conn, res, acting, sailing_id)


async def ships(res: Resources, acting: ActingStaff) -> list[Ship]:
    """Return the ships that this person may let sail."""
    async with res.db.acquire() as conn:
        return await store.ships(conn, acting.operator_id)


async def close_sales(
    res: Resources, acting: ActingStaff, sailing_id: UUID, asked: ActRequest
) -> ManagedSailing:
    """Sell no more of it; holds on it end. Raise Conflict where that cannot be or was changed."""
    async with res.db.transaction() as conn:
        before = await begin(conn, res, acting, sailing_id, asked.version, SailingEvent.CLOSE_SALES)
        after = msgspec.structs.replace(before, note=asked.note or before.note)
        return await finish(conn, res, acting, before, after, SailingEvent.CLOSE_SALES)


async def open_sales(
    res: Resources, acting: ActingStaff, sailing_id: UUID, asked: ActRequest
) -> ManagedSailing:
    """Sell it again, until sales close by time. Raise Conflict as `close_sales`."""
    async with res.db.transaction() as conn:
        before = await begin(conn, res, acting, sailing_id, asked.version, SailingEvent.OPEN_SALES)
        after = msgspec.structs.replace(before, note=asked.note or before.note)
        return await finish(conn, res, acting, before, after, SailingEvent.OPEN_SALES)


async def retime(
    res: Resources, acting: ActingStaff, sailing_id: UUID, asked: TimesRequest
) -> ManagedSailing:
    """Say when it is expected to leave and arrive; everybody aboard is told.

    Raise Invalid for times that cannot be, Conflict as `close_sales`.
    """
    async with res.db.transaction() as conn:
        before = await begin(conn, res, acting, sailing_id, asked.version, SailingEvent.RETIME)
        departs, arrives = checks.expected_times(before, asked, clock.now())
        after = msgspec.structs.replace(
            before,
            expected_departs_at=departs,
            expected_arrives_at=arrives,
            reason=asked.reason,
            note=asked.note or None,
        )
        return await finish(conn, res, acting, before, after, SailingEvent.RETIME)


async def cancel(
    res: Resources, acting: ActingStaff, sailing_id: UUID, asked: CancelRequest
) -> ManagedSailing:
    """Cancel it; everybody aboard is offered other sailings or the price back.

    Raise Conflict as `close_sales`.
    """
    async with res.db.transaction() as conn:
        before = await begin(conn, res, acting, sailing_id, asked.version, SailingEvent.CANCEL)
        after = msgspec.structs.replace(before, reason=asked.reason, note=asked.note or None)
        return await finish(conn, res, acting, before, after, SailingEvent.CANCEL)


async def record_passage(
    res: Resources, acting: ActingStaff, sailing_id: UUID, asked: PassageRequest
) -> ManagedSailing:
    """Write down when it left or arrived. Raise Invalid for times that cannot be."""
    event = SailingEvent.DEPART if asked.arrived_at is None else SailingEvent.ARRIVE
    async with res.db.transaction() as conn:
        before = await begin(conn, res, acting, sailing_id, asked.version, event)
        departed, arrived = checks.passage(before, asked, clock.now())
        after = msgspec.structs.replace(before, departed_at=departed, arrived_at=arrived)
        return await finish(conn, res, acting, before, after, event)


async def begin(
    conn: Conn,
    res: Resources,
    acting: ActingStaff,
    sailing_id: UUID,
    version: int,
    event: SailingEvent,
) -> ManagedSailing:
    """Lock the sailing and return it, once it is certain that the act may be done.

    Raise NotFound, Forbidden for a sailing of another operator, Conflict when it has changed since
    it was looked at or the act is not possible in its state.
    """
    takes_counters = event is SailingEvent.CHANGE_SHIP
    if not await store.lock(conn, sailing_id, takes_counters=takes_counters):
        raise _unknown()
    found = await _sailing(conn, res, acting, sailing_id)
    if found.version != version:
        words = _("Somebody has changed this sailing meanwhile. Please look at it again.")
        raise Conflict(words, code="sailing_changed")
    if SAILING.after(found.status, event) is None:
        raise Conflict(_("That is not possible with this sailing any more."), code="sailing_state")
    return found


async def finish(
    conn: Conn,
    res: Resources,
    acting: ActingStaff,
    before: ManagedSailing,
    after: ManagedSailing,
    event: SailingEvent,
    detail: Mapping[str, Any] | None = None,
) -> ManagedSailing:
    """Write the changed sailing, its line in the audit log and the job that follows; return it.

    After the commit no search and no page shows what it was.
    """
    status = SAILING.after(before.status, event) or before.status
    after = msgspec.structs.replace(after, status=status)
    version = await store.write(conn, after)
    action = f"sailing_{event.replace(' ', '_')}"
    told = {**checks.difference(before, after), **(detail or {})}
    await accounts.audit(conn, acting.staff_id, action, ("sailing", str(before.id)), told)
    await enqueue(
        conn,
        "bookings.follow_sailing",
        {"sailing_id": str(before.id), "version": version},
        subject=("sailing", str(before.id)),
        unique_key=f"follow_sailing:{before.id}:{version}",
    )
    await _drop_copies(conn, res, before)
    return await _sailing(conn, res, acting, before.id)


async def sales_closes(res: Resources, acting: ActingStaff) -> list[SalesClose]:
    """Return the close of sales of the operators, and their routes, that this person acts for."""
    async with res.db.acquire() as conn:
        return await store.sales_closes(conn, acting.operator_id)


async def set_sales_close(res: Resources, acting: ActingStaff, asked: SalesCloseRequest) -> None:
    """Change how long before departure sales close; raise NotFound for what is not this person's.

    It holds at once: searches that say otherwise are dropped, and holds end by it.
    """
    async with res.db.transaction() as conn:
        operator_id = await store.set_sales_close(conn, acting.operator_id, asked)
        if operator_id is None:
            raise NotFound(_("There is no such operator or route."), code="route")
        detail = {"route": asked.route, "minutes": asked.minutes}
        subject = ("operator", asked.operator)
        await accounts.audit(conn, acting.staff_id, "sales_close_set", subject, detail)
        await enqueue(conn, "bookings.expire_holds", subject=subject)
        days = await store.coming_days(conn, operator_id)
        tags = [sailings_service.day_tag(day.origin, day.destination, day.day) for day in days]
        await drop_cached(conn, res.cache, tags)


async def put_ship(conn: Conn, sailing_id: UUID, ferry_id: UUID, carried: Carried) -> None:
    """Let another ship sail, with its limits for vehicles; the caller has locked the counters."""
    await store.put_ship(conn, sailing_id, ferry_id, carried)


async def _sailing(
    conn: Conn, res: Resources, acting: ActingStaff, sailing_id: UUID
) -> ManagedSailing:
    minutes = res.settings.sailings.sales_close_minutes
    found = await store.sailing(conn, sailing_id, minutes)
    if found is None:
        raise _unknown()
    if acting.operator_id not in (None, found.operator_id):
        raise Forbidden(_("This sailing is run by another operator."), code="operator")
    return found


async def _drop_copies(conn: Conn, res: Resources, sailing: ManagedSailing) -> None:
    day = local_day(sailing.departs_at, sailing.origin.timezone)
    tags = [
        sailings_service.sailing_tag(sailing.id),
        sailings_service.day_tag(sailing.origin.code, sailing.destination.code, day),
    ]
    await drop_cached(conn, res.cache, tags)
    conn.unless_rolled_back.append(lambda: catalogue.of(res).forget(sailing.id))


def _unknown() -> NotFound:
    return NotFound(_("There is no such sailing."), code="sailing")
