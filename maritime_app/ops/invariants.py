"""What must always be true, each as a query that returns the exceptions."""

from maritime_app.i18n import mark
from maritime_app.infra.alerts import raise_alert
from maritime_app.ops import store
from maritime_app.ops.model import Breach
from maritime_app.resources import Resources

_STUCK_AFTER_SECONDS = 900.0
_STUCK = "stuck_states"
# Name of the query, and what its rows are exceptions to.
INVARIANTS = {
    "broken_capacity": mark("nothing is oversold, and counters say what bookings took"),
    "orphaned_details": mark("every place taken and every price line belongs to a booking"),
    "broken_money": mark("captured = kept for standing bookings + refunded or on its way back"),
    "owed_money": mark("nothing is owed that nobody is sending"),
    "undecided_disputes": mark("after a lost dispute somebody decided about the journey"),
    "covered_by_nothing": mark("what counts as given back without us was given back"),
    "ledger_and_payments": mark(
        "the ledger says of every payment what its refunds and disputes say"
    ),
    "broken_ledger": mark("every ledger transaction adds up to zero"),
    "double_refunds": mark("nothing is refunded twice"),
    "open_differences": mark("Stripe and the operators say of our money what we say"),
    "unconfirmed_confirmations": mark(
        "every confirmed booking has operator references and a payment"
    ),
    "numbered_invoices": mark("invoices are numbered without gaps"),
    "invoiced_bookings": mark("what was invoiced of a booking is what it costs"),
    "missing_mails": mark("every confirmation, cancellation and refund has its mail"),
    "unsent_mails": mark("every mail that was written is sent or will be"),
    _STUCK: mark("nothing hangs"),
}


async def broken(
    res: Resources, *, stuck_after_seconds: float = _STUCK_AFTER_SECONDS
) -> list[Breach]:
    """Return every exception there is now; none is the only good answer."""
    breaches_of = await _by_invariant(res, stuck_after_seconds)
    return [breach for breaches in breaches_of.values() for breach in breaches]


async def check(res: Resources) -> list[Breach]:
    """Look for exceptions, keep what was found for the dashboard, and raise an alert for each."""
    breaches_of = await _by_invariant(res, _STUCK_AFTER_SECONDS)
    async with res.db.transaction() as conn:
        for name, breaches in breaches_of.items():
            await store.keep_check(conn, name, breaches)
            for breach in breaches:
                message = f"{breach.invariant}: {breach.detail}"
                await raise_alert(conn, "invariant", message, subject=("breach", breach.subject))
    return [breach for breaches in breaches_of.values() for breach in breaches]


async def _by_invariant(res: Resources, stuck_after_seconds: float) -> dict[str, list[Breach]]:
    """Return the exceptions by the name of the query."""
    breaches_of = {}
    async with res.db.acquire() as conn:
        for name, meaning in INVARIANTS.items():
            args = (stuck_after_seconds,) if name == _STUCK else ()
            rows = await store.exceptions(conn, name, *args)
            breaches_of[name] = [Breach(meaning, row.subject, row.detail) for row in rows]
    return breaches_of
