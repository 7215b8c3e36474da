"""What must always be true of bookings, of the places they took and of what was written to them."""

from maritime_app.i18n import mark
from maritime_app.infra import queries
from maritime_app.infra.invariant import Invariant, Walk

_SQL = queries.load("bookings_invariants")
_PATIENCE_SECONDS = 900.0
_BOOKINGS = Walk("bookings", _SQL.touched_bookings, _SQL.following_bookings)
_SAILINGS = Walk("sailings", _SQL.touched_sailings, _SQL.following_sailings)
_DETAILS = Walk("details", _SQL.touched_details, _SQL.following_details)
_INVOICES = Walk("invoices", _SQL.touched_invoices, _SQL.following_invoices)

INVARIANTS = [
    Invariant(
        "broken_capacity",
        mark("nothing is oversold, and counters say what bookings took"),
        _SQL.broken_capacity,
        _SAILINGS,
    ),
    Invariant(
        "misplaced_bookings",
        mark("bookings that stand have their places, those that ended have none"),
        _SQL.misplaced_bookings,
        _BOOKINGS,
    ),
    Invariant(
        "orphaned_details",
        mark("every place taken and every price line belongs to a booking"),
        _SQL.orphaned_details,
        _DETAILS,
    ),
    Invariant(
        "broken_money",
        mark("captured = kept for standing bookings + refunded or on its way back"),
        _SQL.broken_money,
        _BOOKINGS,
    ),
    Invariant(
        "open_differences",
        mark("Stripe and the operators say of our money what we say"),
        _SQL.open_differences,
    ),
    Invariant(
        "unconfirmed_confirmations",
        mark("every confirmed booking has operator references and a payment"),
        _SQL.unconfirmed_confirmations,
        _BOOKINGS,
    ),
    Invariant(
        "numbered_invoices",
        mark("invoices are numbered without gaps"),
        _SQL.numbered_invoices,
        _INVOICES,
    ),
    Invariant(
        "invoiced_bookings",
        mark("what was invoiced of a booking is what it costs"),
        _SQL.invoiced_bookings,
        _BOOKINGS,
    ),
    Invariant(
        "overdrawn_mandates",
        mark("no program has paid more than its mandate allows"),
        _SQL.overdrawn_mandates,
    ),
    Invariant(
        "misused_promotions",
        mark("promo codes are used by bookings that stand, and count them"),
        _SQL.misused_promotions,
        _BOOKINGS,
    ),
    Invariant(
        "missing_mails",
        mark("every confirmation, cancellation and refund has its mail"),
        _SQL.missing_mails,
        _BOOKINGS,
    ),
    Invariant(
        "stuck_bookings",
        mark("no booking hangs"),
        _SQL.stuck_bookings,
        patience_seconds=_PATIENCE_SECONDS,
    ),
]
