"""How boarding of a sailing stands, read in the caller's transaction."""

from itertools import groupby
from uuid import UUID

from maritime_app import clock
from maritime_app.boarding import store
from maritime_app.boarding.model import GateState, Repeated
from maritime_app.infra.db import Conn

_RECENT = 12


async def gate_state(conn: Conn, sailing_id: UUID) -> GateState:
    """Return what every gate shows of the sailing."""
    admitted = await store.admissions(conn, sailing_id)
    standing = [admission for admission in admitted if admission.undone_at is None]
    return GateState(
        count=await store.head_count(conn, sailing_id),
        recent=tuple(reversed(standing[-_RECENT:])),
        list_made_at=clock.now(),
        repeated=tuple(await repeated(conn, sailing_id)),
        closing=await store.closing(conn, sailing_id),
    )


async def repeated(conn: Conn, sailing_id: UUID) -> list[Repeated]:
    """Return the holders that were let aboard more than once, with each of their admissions."""
    admissions = await store.repeated(conn, sailing_id)
    names = {
        (row.reference, row.leg, row.holder): f"{row.given_name} {row.family_name}".strip()
        or (row.plate or row.kind)
        for row in (await store.tickets(conn, sailing_id) if admissions else ())
    }
    return [
        Repeated(reference, leg, holder, names.get((reference, leg, holder), ""), tuple(same))
        for (reference, leg, holder), same in groupby(admissions, key=lambda a: a.ticket)
    ]
