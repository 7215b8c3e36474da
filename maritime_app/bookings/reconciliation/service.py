"""Find differences, show them, settle them."""

from datetime import timedelta
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.accounts import service as accounts
from maritime_app.bookings.reconciliation import store
from maritime_app.bookings.reconciliation.model import Books, BooksFilter, Outcome, SettleRequest
from maritime_app.bookings.reconciliation.statements import read_statements
from maritime_app.errors import NotFound
from maritime_app.i18n import translate as _
from maritime_app.infra.alerts import raise_alert, settle_alert
from maritime_app.resources import Resources

_MOST = 1_000
_STRIPE_DAYS = timedelta(days=30)
_OPERATOR_DAYS = timedelta(days=31)
_ALERT, _SUBJECT = "books_differ", ("service", "reconciliation")


async def reconcile(res: Resources) -> str:
    """Read the operators' statements, then note every difference; repeating it is safe."""
    count = await read_statements(res)
    async with res.db.transaction() as conn:
        found: Outcome = await store.note_differences(conn)
        open_now = len(await store.open_differences(conn, _MOST))
        if open_now:
            message = f"{open_now} differences between our books and those of others."
            await raise_alert(conn, _ALERT, message, subject=_SUBJECT)
        else:
            await settle_alert(conn, _ALERT, _SUBJECT)
    return f"{count} statements read, {found.noted} noted, {found.settled} gone, {open_now} open"


async def books(res: Resources, wanted: BooksFilter) -> Books:
    """Return what is open, and the days side by side."""
    day = wanted.day or clock.now().date()
    async with res.db.acquire() as conn:
        return Books(
            tuple(await store.open_differences(conn, _MOST)),
            tuple(await store.stripe_days(conn, day - _STRIPE_DAYS, day)),
            tuple(await store.operator_days(conn, day - timedelta(days=7), day + _OPERATOR_DAYS)),
        )


async def settle(res: Resources, staff_id: UUID, asked: SettleRequest) -> None:
    """Settle a difference with a note of what came of it; raise NotFound when it is not open.

    It opens again when its amounts change.
    """
    async with res.db.transaction() as conn:
        if not await store.settle(conn, asked, staff_id):
            raise NotFound(_("There is no such difference."), code="difference")
        subject = ("difference", f"{asked.kind}:{asked.subject}")
        detail = msgspec.to_builtins(asked)
        await accounts.audit(conn, staff_id, "difference_settled", subject, detail)
        if not await store.open_differences(conn, 1):
            await settle_alert(conn, _ALERT, _SUBJECT)
