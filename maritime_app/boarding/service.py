"""The list of a sailing, scans, undoing, settling a gate's journal. `acting` may see one operator's
sailings, or all.
"""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.accounts import service as accounts
from maritime_app.boarding import listing, standing, store
from maritime_app.boarding.model import (
    Admission,
    BoardingList,
    BoardingSailing,
    GateState,
    Outcome,
    Repeated,
    ScanRequest,
    ScanResponse,
    SettleRequest,
    SettleResponse,
    Verdict,
)
from maritime_app.boarding.verdict import CodeBook, said_again, scan_of_another
from maritime_app.bookings.tickets import codes as ticket_codes
from maritime_app.errors import Conflict, NotFound
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import ActingStaff, ManagedSailing, SailingFilter
from maritime_app.i18n import translate as _
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources


async def sailings(
    res: Resources, acting: ActingStaff, wanted: SailingFilter
) -> list[BoardingSailing]:
    """Return the sailings of a day with how far boarding has come."""
    found = (await operations.sailings(res, acting, wanted)).sailings
    async with res.db.acquire() as conn:
        rows = await store.progress(conn, [sailing.id for sailing in found])
    progress = {row.sailing_id: row for row in rows}
    return [_line(sailing, progress[sailing.id]) for sailing in found]


async def boarding_list(res: Resources, acting: ActingStaff, sailing_id: UUID) -> BoardingList:
    """Return all that a gate needs to work alone; raise NotFound or Forbidden."""
    sailing = await operations.sailing(res, acting, sailing_id)
    async with res.db.acquire() as conn:
        rows = await store.tickets(conn, sailing_id)
        others = await store.other_legs(conn, sailing_id)
        admitted = await store.admissions(conn, sailing_id)
        closing = await store.closing(conn, sailing_id)
    now = clock.now()
    return listing.boarding_list(res.settings, sailing, rows, others, admitted, closing, now)


async def state(res: Resources, acting: ActingStaff, sailing_id: UUID) -> GateState:
    """Return how boarding stands."""
    await operations.sailing(res, acting, sailing_id)
    async with res.db.acquire() as conn:
        return await standing.gate_state(conn, sailing_id)


async def scan(
    res: Resources, acting: ActingStaff, sailing_id: UUID, asked: ScanRequest
) -> ScanResponse:
    """Judge a code and let its holder aboard. The same scan again gets the same verdict, unless the
    admission was taken back or the ticket counts no more: what is said is true now.

    Raise Conflict for the id of another ticket's scan.
    """
    sailing = await operations.sailing(res, acting, sailing_id)
    wanted = asked.chosen or ticket_codes.read(res.settings, asked.code)
    reference = wanted.reference if wanted else ""
    async with res.db.transaction() as conn:
        await store.lock_booking(conn, reference)
        await store.lock_for_scan(conn, sailing_id)
        rows = await store.tickets(conn, sailing_id, reference)
        others = await store.other_legs(conn, sailing_id, reference)
        closing = await store.closing(conn, sailing_id)
        known = listing.boarding_list(res.settings, sailing, rows, others, (), closing, clock.now())
        earlier = None
        if wanted:
            key = (wanted.reference, wanted.leg, wanted.holder)
            earlier = await store.standing_admission(conn, sailing_id, *key)
        admitted = {earlier.ticket: earlier} if earlier else {}
        book = CodeBook(known)
        verdict = (
            book.verdict_of(asked.chosen, admitted)
            if asked.chosen
            else book.verdict(asked.code, admitted)
        )
        # Also of a ticket that is not of this sailing (any more): its holder counts as aboard.
        verdict = said_again(msgspec.structs.replace(verdict, earlier=earlier), asked.id)
        verdict = await _admit(conn, acting, sailing_id, asked, verdict)
        return ScanResponse(verdict, await standing.gate_state(conn, sailing_id))


async def undo(
    res: Resources, acting: ActingStaff, sailing_id: UUID, admission_id: UUID
) -> GateState:
    """Take an admission back; raise NotFound when it does not stand (any more), Conflict when a
    count was declared that has it.
    """
    await operations.sailing(res, acting, sailing_id)
    async with res.db.transaction() as conn:
        await store.lock_for_scan(conn, sailing_id)
        if await store.closing(conn, sailing_id):
            raise Conflict(_("Boarding is closed with a count. Open it again first."))
        if not await store.undo(conn, sailing_id, admission_id, acting.staff_id):
            raise NotFound(_("There is no such admission."), code="admission")
        detail = {"admission": str(admission_id)}
        subject = ("sailing", str(sailing_id))
        await accounts.audit(conn, acting.staff_id, "admission_undone", subject, detail)
        return await standing.gate_state(conn, sailing_id)


async def settle(
    res: Resources, acting: ActingStaff, sailing_id: UUID, asked: SettleRequest
) -> SettleResponse:
    """Keep what a gate wrote down, each admission once; name who was let aboard more than once.

    What a gate did stays done, also where we would have refused: people are aboard.
    """
    await operations.sailing(res, acting, sailing_id)
    async with res.db.transaction() as conn:
        kept = await store.add(conn, sailing_id, asked.admissions, acting.staff_id)
        repeated = await standing.repeated(conn, sailing_id)
        new = {row.id for row in kept if row.is_new}
        if any(admission.id in new for holder in repeated for admission in holder.admissions):
            await _warn(conn, sailing_id, repeated)
    ids = {row.id for row in kept}
    return SettleResponse(
        settled=tuple(a.id for a in asked.admissions if a.id in ids),
        refused=tuple(a.id for a in asked.admissions if a.id not in ids),
        repeated=tuple(repeated),
    )


async def repeated(res: Resources, acting: ActingStaff, sailing_id: UUID) -> list[Repeated]:
    """Return who was let aboard more than once, by gates that did not know of each other."""
    await operations.sailing(res, acting, sailing_id)
    async with res.db.acquire() as conn:
        return await standing.repeated(conn, sailing_id)


async def _admit(
    conn: Conn, acting: ActingStaff, sailing_id: UUID, asked: ScanRequest, verdict: Verdict
) -> Verdict:
    """Write the admission down, if it is one and was not written down before."""
    ticket = verdict.ticket
    if verdict.outcome is not Outcome.ADMITTED or ticket is None or verdict.admission_id:
        return verdict
    admission = Admission(
        asked.id, ticket.reference, ticket.leg, ticket.holder, asked.gate, clock.now()
    )
    kept = await store.add(conn, sailing_id, [admission], acting.staff_id)
    if any(row.is_new for row in kept):
        return Verdict(verdict.outcome, ticket, admission_id=asked.id)
    if await store.whom_admitted(conn, asked.id) != ticket.key:
        raise scan_of_another()
    return Verdict(Outcome.UNDONE, ticket)


async def _warn(conn: Conn, sailing_id: UUID, repeated: Iterable[Repeated]) -> None:
    words = "; ".join(
        f"{holder.name} ({holder.reference}): "
        + ", ".join(
            f"{a.quay or 'server'}/{a.gate} {a.admitted_at:%H:%M}" for a in holder.admissions
        )
        for holder in repeated
    )
    await raise_alert(
        conn,
        "boarded_twice",
        f"The same ticket was let aboard more than once: {words}",
        subject=("sailing", str(sailing_id)),
    )


def _line(sailing: ManagedSailing, progress: store.Progress) -> BoardingSailing:
    listed = listing.listed_sailing(sailing)
    return BoardingSailing(
        id=listed.id,
        origin=listed.origin,
        destination=listed.destination,
        departs_at=listed.departs_at,
        operator=listed.operator,
        ferry=listed.ferry,
        status=listed.status,
        people_expected=progress.people_expected,
        people=progress.people,
        assistance=progress.assistance,
        closed_at=progress.closed_at,
    )
