"""Pure: whether a sailing may still be sold. Every road that takes a place or money asks this.

Where it matters to the second the database answers by its own clock, with `sale_ended` of
sql/migrations/0016_sailings_are_run.sql; here is the same for what is shown and priced.
"""

from datetime import datetime
from enum import StrEnum

from maritime_app.errors import Conflict
from maritime_app.ferries.model import SailingStatus
from maritime_app.i18n import translate as _


class SaleEnd(StrEnum):
    """Why a sailing is not sold any more."""

    CANCELLED = "cancelled"
    DEPARTED = "departed"
    CLOSED = "closed"  # too short before departure, or by hand


_BY_STATUS = {
    SailingStatus.CANCELLED: SaleEnd.CANCELLED,
    SailingStatus.DEPARTED: SaleEnd.DEPARTED,
}


def sale_end(
    status: SailingStatus, leaves_at: datetime, sales_close_at: datetime, now: datetime
) -> SaleEnd | None:
    """Return why the sailing is not sold any more, or None while it is.

    `leaves_at` is the departure that is expected now, `sales_close_at` what follows from it.
    """
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if now >= leaves_at:
        return SaleEnd.DEPARTED
    if status is SailingStatus.CLOSED or now >= sales_close_at:
        return SaleEnd.CLOSED
    return None


def refusal(end: SaleEnd) -> Conflict:
    """Return the refusal in words for the traveller."""
    if end is SaleEnd.CANCELLED:
        words = _("This sailing was cancelled by its operator.")
        return Conflict(words, code="sailing_cancelled")
    if end is SaleEnd.DEPARTED:
        return Conflict(_("This sailing has left."), code="departed")
    return Conflict(_("Sales for this sailing have closed."), code="sales_closed")
