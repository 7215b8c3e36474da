"""Passages and claims in PostgreSQL."""

from uuid import UUID

import msgspec

from maritime_app.bookings.compensation.model import Claim, ClaimStatus, Evidence, Passage, Voyage
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("bookings_compensation")


class NewClaim(msgspec.Struct, frozen=True):
    """A claim to be written down."""

    id: UUID
    booking_id: UUID
    sailing_id: UUID
    evidence: Evidence


async def unmeasured(conn: Conn, most: int) -> list[Voyage]:
    """Return voyages of the last days whose arrival was not measured yet, the oldest first."""
    return await SQL.unmeasured_voyages.fetch_all(conn, Voyage, most)


async def unfollowed(conn: Conn, most: int) -> list[Voyage]:
    """Return voyages that have arrived and whose passengers were not looked after yet."""
    return await SQL.unfollowed_voyages.fetch_all(conn, Voyage, most)


async def set_passage(conn: Conn, passage: Passage) -> None:
    """Write down what was measured; what is known already stays."""
    await SQL.set_passage.execute(
        conn,
        passage.sailing_id,
        passage.mmsi,
        passage.source,
        passage.departed_at,
        passage.arrived_at,
    )


async def followed(conn: Conn, sailing_id: UUID) -> None:
    """Write down that everybody who is owed something has been written to."""
    await SQL.passage_followed.execute(conn, sailing_id)


async def entitled(conn: Conn, sailing_id: UUID, after: UUID, most: int) -> list[UUID]:
    """Return bookings that sailed there and knew nothing of a delay when they were made."""
    return await SQL.entitled_bookings.fetch_all(conn, UUID, sailing_id, after, most)


async def add_claim(conn: Conn, claim: NewClaim) -> bool:
    """Write a claim down; return False where there is one for that voyage."""
    told = claim.evidence
    return bool(
        await SQL.add_claim.execute(
            conn,
            claim.id,
            claim.booking_id,
            claim.sailing_id,
            told.leg,
            told.percent,
            told.amount_minor,
            told.late_seconds // 60,
            msgspec.to_builtins(told),
        )
    )


async def claims_of(conn: Conn, booking_id: UUID) -> list[Claim]:
    """Return the claims of a booking, by leg."""
    return await SQL.claims_of.fetch_all(conn, Claim, booking_id)


async def decide(
    conn: Conn, claim_id: UUID, status: ClaimStatus, staff_id: UUID, note: str | None
) -> bool:
    """Write a decision down; return False where somebody has decided."""
    decided = await SQL.decide_claim.execute(conn, claim_id, status, staff_id, note)
    return bool(decided)
