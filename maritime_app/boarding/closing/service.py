"""Closing boarding with the count that Directive 98/41/EC asks for before departure, and opening it
again.
"""

from uuid import UUID

import msgspec

from maritime_app.accounts import service as accounts
from maritime_app.boarding import standing, store
from maritime_app.boarding.model import CloseRequest, Closing, GateState
from maritime_app.boarding.states import BOARDING, BoardingEvent, BoardingState
from maritime_app.errors import Conflict
from maritime_app.ferries.model import SailingStatus
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import ActingStaff, ManagedSailing
from maritime_app.i18n import translate as _
from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources


async def close(
    res: Resources, acting: ActingStaff, sailing_id: UUID, asked: CloseRequest
) -> GateState:
    """Declare who is aboard; gates let nobody aboard from here on.

    Raise Conflict when the count is not what the screen showed, when boarding is closed already, or
    when the sailing is cancelled.
    """
    sailing = await operations.sailing(res, acting, sailing_id)
    if sailing.status is SailingStatus.CANCELLED:
        raise Conflict(_("This sailing does not go."), code="sailing_cancelled")
    async with res.db.transaction() as conn:
        await store.lock_for_closing(conn, sailing_id)
        _check(await store.closing(conn, sailing_id), BoardingEvent.CLOSE)
        count = await store.head_count(conn, sailing_id)
        if (count.people, count.vehicles) != (asked.people, asked.vehicles):
            words = _("The count has changed. Please look at it again.")
            raise Conflict(words, code="count_changed")
        await store.close(conn, uuid7(), sailing_id, acting.staff_id)
        await _write_down(conn, acting, sailing_id, "boarding_closed", count)
        return await standing.gate_state(conn, sailing_id)


async def reopen(res: Resources, acting: ActingStaff, sailing_id: UUID) -> GateState:
    """Withdraw the count and let people aboard again; raise Conflict once the ship has left."""
    sailing = await operations.sailing(res, acting, sailing_id)
    if _has_left(sailing):
        raise Conflict(_("This ship has left."), code="sailing_departed")
    async with res.db.transaction() as conn:
        await store.lock_for_closing(conn, sailing_id)
        closing = await store.closing(conn, sailing_id)
        _check(closing, BoardingEvent.REOPEN)
        await store.reopen(conn, sailing_id, acting.staff_id)
        await _write_down(conn, acting, sailing_id, "boarding_reopened", closing)
        return await standing.gate_state(conn, sailing_id)


def _check(closing: Closing | None, event: BoardingEvent) -> None:
    state = BoardingState.CLOSED if closing else BoardingState.OPEN
    if BOARDING.after(state, event) is None:
        words = _("Boarding is closed already.") if closing else _("Boarding is open.")
        raise Conflict(words, code=f"boarding_{state}")


def _has_left(sailing: ManagedSailing) -> bool:
    return sailing.departed_at is not None or sailing.status is SailingStatus.DEPARTED


async def _write_down(
    conn: Conn, acting: ActingStaff, sailing_id: UUID, action: str, counted: msgspec.Struct | None
) -> None:
    detail = msgspec.to_builtins(counted) if counted else {}
    subject = ("sailing", str(sailing_id))
    await accounts.audit(conn, acting.staff_id, action, subject, detail)
