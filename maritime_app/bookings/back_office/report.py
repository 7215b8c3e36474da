"""What was sold on which day."""

from datetime import timedelta

from maritime_app import clock
from maritime_app.bookings.back_office import store
from maritime_app.bookings.back_office.model import SalesFilter, SalesReport
from maritime_app.errors import Invalid
from maritime_app.ferries.operations.model import ActingStaff
from maritime_app.i18n import translate as _
from maritime_app.resources import Resources

_DAYS = 30
_MOST_DAYS = 400
# Days are those of the house's books: operators of several time zones stand in one report.
_TIMEZONE = "UTC"


async def sales(res: Resources, acting: ActingStaff, asked: SalesFilter) -> SalesReport:
    """Return the days of the report; raise Invalid for an empty or far too long time."""
    last = asked.last or clock.now().date()
    first = asked.first or last - timedelta(days=_DAYS - 1)
    if not timedelta(0) <= last - first < timedelta(days=_MOST_DAYS):
        words = _("Please choose up to 400 days, the first one before the last.")
        raise Invalid(words, {"first": words})
    report = SalesReport(first, last, _TIMEZONE, ())
    async with res.db.acquire() as conn:
        days = await store.sales(conn, report, asked.operator, acting.operator_id)
    return SalesReport(first, last, _TIMEZONE, tuple(days))
