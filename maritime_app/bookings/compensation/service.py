"""Measure when ships arrive, propose what is owed for it, decide.

Everybody aboard is looked after in a transaction of their own, which writes the claim and the mail:
a process may die between any two of them, and nobody is written to twice.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from maritime_app import clock
from maritime_app.bookings import money_back, store as bookings
from maritime_app.bookings.compensation import evidence, measuring, signature, store
from maritime_app.bookings.compensation.model import Arrival, Claim, ClaimStatus, Report, Voyage
from maritime_app.bookings.compensation.store import NewClaim
from maritime_app.bookings.mailing import mails
from maritime_app.bookings.mailing.mail_content import CompensationNews
from maritime_app.bookings.model import Booking
from maritime_app.bookings.service import token_of
from maritime_app.emails.model import Attachment
from maritime_app.errors import Conflict, NotFound
from maritime_app.i18n import translate as _
from maritime_app.ids import uuid7
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.vessels import service as vessels
from maritime_app.vessels.port_calls import service as port_calls
from maritime_app.vessels.port_calls.model import ListedCall

_MOST_VOYAGES = 200
_MOST_BOOKINGS = 100
_FIRST = UUID(int=0)
_AROUND = timedelta(minutes=30)  # of the ship's reports, before and after it arrived


async def measure(res: Resources) -> int:
    """Work out when ships left and arrived that carry passengers of ours; return how many."""
    async with res.db.acquire() as conn:
        voyages = await store.unmeasured(conn, _MOST_VOYAGES)
    measured = 0
    for mmsi in {voyage.mmsi for voyage in voyages if voyage.mmsi is not None}:
        calls = await port_calls.calls_of_ship(res, mmsi)
        for voyage in (one for one in voyages if one.mmsi == mmsi):
            measured += await _measure(res, voyage, calls)
    return measured


async def _measure(res: Resources, voyage: Voyage, calls: Sequence[ListedCall]) -> int:
    found = measuring.passage(voyage, calls)
    known = voyage.passage_departed_at, voyage.passage_arrived_at
    if found is None or (found.departed_at, found.arrived_at) == known:
        return 0
    async with res.db.transaction() as conn:
        await store.set_passage(conn, found)
    return 1


async def propose(res: Resources) -> int:
    """Propose what is owed to everybody who arrived late, and write to them; return how many."""
    async with res.db.acquire() as conn:
        voyages = await store.unfollowed(conn, _MOST_VOYAGES)
    proposed = 0
    for voyage in voyages:
        reached = measuring.arrival(voyage, clock.now())
        if reached is not None:
            proposed += await _follow(res, voyage, reached)
    return proposed


async def _follow(res: Resources, voyage: Voyage, reached: Arrival) -> int:
    """Look after everybody of one voyage; it is done only when nobody is left."""
    reports = await _reports(res, voyage, reached) if reached.at > voyage.arrives_at else []
    proposed, after = 0, _FIRST
    while True:
        async with res.db.acquire() as conn:
            ids = await store.entitled(conn, voyage.sailing_id, after, _MOST_BOOKINGS)
        for booking_id in ids:
            proposed += await _propose(res, voyage, reached, reports, booking_id)
        if len(ids) < _MOST_BOOKINGS:
            break
        after = ids[-1]
    async with res.db.transaction() as conn:
        if proposed:
            await raise_alert(
                conn,
                "compensation_proposed",
                "Passengers of a late arrival are owed compensation: decide on their bookings.",
                subject=("sailing", str(voyage.sailing_id)),
            )
        await store.followed(conn, voyage.sailing_id)
    return proposed


async def _propose(
    res: Resources, voyage: Voyage, reached: Arrival, reports: Sequence[Report], booking_id: UUID
) -> int:
    async with res.db.transaction() as conn:
        booking = await bookings.locked_booking(conn, booking_id)
        leg = next(
            (
                one
                for one in booking.legs
                if booking.leg_rows[one.number].sailing_id == voyage.sailing_id
            ),
            None,
        )
        told = evidence.evidence(booking, leg, voyage, reached, reports) if leg else None
        if told is None:
            return 0
        claim = NewClaim(uuid7(), booking.id, voyage.sailing_id, told)
        if not await store.add_claim(conn, claim):
            return 0
        await _write(conn, res, booking, claim)
    return 1


async def _write(conn: Conn, res: Resources, booking: Booking, claim: NewClaim) -> None:
    told, name = claim.evidence, f"evidence-{booking.reference}-{claim.evidence.leg}.json"
    leg = next(one for one in booking.legs if one.number == told.leg)
    base = f"{res.settings.public_url}/bookings/{booking.reference}"
    await mails.write(
        conn,
        res,
        booking,
        mails.COMPENSATION,
        key=f"compensation:{claim.id}",
        refund_minor=told.amount_minor,
        compensation=CompensationNews(
            leg=mails.mail_leg(leg),
            percent=told.percent,
            late_seconds=told.late_seconds,
            arrived_at=told.arrival,
            measured_by=told.arrival_by,
            evidence_url=f"{base}/evidence/{told.leg}?token={token_of(res, booking.reference)}",
        ),
        attachments=[
            Attachment(name, "application/json", signature.signed_file(res.settings, told))
        ],
    )


async def claims(conn: Conn, booking_id: UUID) -> list[Claim]:
    """Return the claims of a booking, by leg."""
    return await store.claims_of(conn, booking_id)


async def evidence_file(res: Resources, booking: Booking, leg_number: int) -> Attachment:
    """Return the signed evidence of a leg; raise NotFound where nothing is owed for it."""
    async with res.db.acquire() as conn:
        found = await store.claims_of(conn, booking.id)
    for claim in found:
        if claim.leg_number == leg_number:
            name = f"evidence-{booking.reference}-{leg_number}.json"
            body = signature.signed_file(res.settings, claim.evidence)
            return Attachment(name, "application/json", body)
    raise NotFound(_("Nothing is owed for this crossing."), code="evidence")


async def decide(
    conn: Conn, booking: Booking, claim_id: UUID, staff_id: UUID, note: str, *, approved: bool
) -> Claim:
    """Decide about a claim in the caller's transaction, which holds the booking's row.

    Approved, the money goes back by the card. Raise NotFound for another booking's claim, Conflict
    where somebody has decided.
    """
    found = {claim.id: claim for claim in await store.claims_of(conn, booking.id)}
    if claim_id not in found:
        raise NotFound(_("There is no such claim."), code="claim")
    status = ClaimStatus.APPROVED if approved else ClaimStatus.REJECTED
    if not await store.decide(conn, claim_id, status, staff_id, note or None):
        raise Conflict(_("Somebody has decided about this claim."), code="claim_decided")
    claim = found[claim_id]
    if approved:
        key = f"compensation:{claim_id}"
        await money_back.give_back(conn, booking, claim.amount_minor, "compensation", key)
    return claim


async def _reports(res: Resources, voyage: Voyage, reached: Arrival) -> list[Report]:
    """Return the ship's reports around its arrival."""
    if voyage.mmsi is None:
        return []
    around = reached.at - _AROUND, reached.at + _AROUND
    points = await vessels.points_between(res, voyage.mmsi, *around)
    return [
        Report(
            at=point.at,
            lat_e6=round(point.lat * 1e6),
            lon_e6=round(point.lon * 1e6),
            speed_dkn=None if point.sog_knots is None else round(point.sog_knots * 10),
        )
        for point in points
    ]
