"""What must always be true, each as a query that returns the exceptions."""

from dataclasses import dataclass

from maritime_app.i18n import mark
from maritime_app.infra import queries
from maritime_app.resources import Resources

SQL = queries.load("ops")
# Name of the query, and what its rows are exceptions to.
INVARIANTS = {
    "broken_capacity": mark("nothing is oversold, and counters say what bookings took"),
    "orphaned_details": mark("every place taken and every price line belongs to a booking"),
    "broken_money": mark("captured = kept for standing bookings + refunded or on its way back"),
    "broken_ledger": mark("every ledger transaction adds up to zero"),
    "double_refunds": mark("nothing is refunded twice"),
    "unconfirmed_confirmations": mark(
        "every confirmed booking has operator references and a payment"
    ),
    "missing_mails": mark("every confirmation, cancellation and refund has its mail"),
    "unsent_mails": mark("every mail that was written is sent or will be"),
}
NOTHING_HANGS = mark("nothing hangs")


@dataclass(frozen=True, slots=True)
class Breach:
    """One exception to an invariant."""

    invariant: str
    subject: str
    detail: str


async def broken(res: Resources, *, stuck_after_seconds: float = 900.0) -> list[Breach]:
    """Every exception there is now; empty is the only good answer."""
    found = []
    async with res.db.acquire() as conn:
        for name, meaning in INVARIANTS.items():
            rows = await getattr(SQL, name).all(conn)
            found += [Breach(meaning, row["subject"], row["detail"]) for row in rows]
        rows = await SQL.stuck_states.all(conn, stuck_after_seconds)
        found += [Breach(NOTHING_HANGS, row["subject"], row["detail"]) for row in rows]
    return found
