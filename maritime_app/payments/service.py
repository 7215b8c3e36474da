"""Payments of a subject, and which of them it accepted."""

from uuid import UUID

from maritime_app.errors import NotFound
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.money import Money
from maritime_app.payments import store
from maritime_app.payments.checkouts.service import checkout_url, close
from maritime_app.payments.model import Payment
from maritime_app.payments.refunds import covering, service as refunds
from maritime_app.payments.stripe_amounts import least_charge_minor, step_minor
from maritime_app.resources import Resources

__all__ = [
    "accept",
    "accepted",
    "ask_for",
    "checkout_url",
    "close",
    "least_charge_minor",
    "payment",
    "payments_of",
    "step_minor",
]


async def payment(res: Resources, payment_id: UUID) -> Payment:
    """Return the payment as it is; raise NotFound."""
    async with res.db.acquire() as conn:
        found = await store.payment_by_id(conn, payment_id)
    if found is None:
        raise NotFound(_("There is no such payment."))
    return found


async def payments_of(conn: Conn, kind: str, *subject_ids: UUID) -> list[Payment]:
    """Return every payment for one thing (or for several), oldest first."""
    return await store.payments_of(conn, kind, *subject_ids)


async def accepted(
    conn: Conn, kind: str, subject_id: UUID, part_id: UUID | None = None
) -> Payment | None:
    """Return the payment that the subject, or a part of it, stands on: there is one at most."""
    found = await store.payments_of(conn, kind, subject_id)
    of_part = (payment for payment in found if payment.part_id == part_id)
    return next((payment for payment in of_part if payment.accepted_at), None)


async def ask_for(conn: Conn, kind: str, subject_id: UUID, part_id: UUID, amount: Money) -> UUID:
    """Ask for money for a part of one thing, in the caller's transaction; return the payment."""
    return await store.add_payment(conn, kind, subject_id, part_id, amount)


async def accept(conn: Conn, paid: Payment) -> None:
    """Write down that the subject accepts this payment.

    The caller holds the subject's row and has seen that no other one was accepted. Where its money
    has moved without us before, the subject looks at that now: it did not stand on it then.
    """
    await store.accept_payment(conn, paid.id)
    if (await refunds.claims_of(conn, paid.id)).outside_minor > 0:
        await covering.follow_money(conn, paid, f"accepted:{paid.id}")
