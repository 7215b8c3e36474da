"""When check-in closes, in words that say who says so."""

from datetime import datetime, timedelta

from maritime_app import formatting, i18n
from maritime_app.bookings.model import Leg
from maritime_app.bookings.tickets.quays import Quays
from maritime_app.ferries.check_in.model import CheckInSource
from maritime_app.i18n import translate as _


def closes_at(leg: Leg, quays: Quays) -> datetime:
    """Return the instant after which nobody is let aboard any more."""
    return leg.departs_at - timedelta(minutes=quays.check_in_minutes)


def check_in_words(leg: Leg, quays: Quays) -> str:
    """Return "20:30, 30 min before departure, says Test Line", or that this is only the usual."""
    if quays.check_in.source is CheckInSource.OPERATOR:
        words = _("%(time)s, %(before)s before departure, says %(operator)s")
    else:
        words = _("%(time)s, %(before)s before departure as is usual; ask %(operator)s")
    return words % {
        "time": i18n.isolated(formatting.localtime(closes_at(leg, quays), leg.origin.timezone)),
        "before": formatting.duration(quays.check_in_minutes * 60.0),
        "operator": i18n.isolated(leg.operator.name),
    }
