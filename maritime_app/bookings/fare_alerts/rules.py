"""Pure: whether there is news for an alert, and what the next news is measured against."""

from datetime import datetime, timedelta

from msgspec import Struct

from maritime_app.bookings.fare_alerts.model import AlertKind, FareAlert
from maritime_app.ferries.lowest_fares.model import LowestFare


class Verdict(Struct, frozen=True):
    """Whether to write, and the value that further news is measured against."""

    is_news: bool
    told_minor: int | None


def verdict(alert: FareAlert, fare: LowestFare | None, now: datetime) -> Verdict:
    """Return whether the alert has news: what fits, and is lower than what was told last.

    What does not fit any more makes the next one that does news again. While it cools down, for as
    long as was asked for, nothing is told, and nothing is forgotten.
    """
    value = _value(alert, fare)
    if value is None:
        return Verdict(is_news=False, told_minor=None)
    is_lower = alert.told_minor is None or value < alert.told_minor
    cool_down = timedelta(hours=alert.cool_down_hours)
    has_cooled = alert.told_at is None or now - alert.told_at >= cool_down
    if is_lower and has_cooled:
        return Verdict(is_news=True, told_minor=value)
    return Verdict(is_news=False, told_minor=alert.told_minor)


def _value(alert: FareAlert, fare: LowestFare | None) -> int | None:
    """Return the price that fits, 0 for places that there are; None for nothing that fits.

    A price in another currency is no lower price.
    """
    if fare is None:
        return None
    if alert.kind is AlertKind.PLACES:
        return 0 if fare.sailings else None
    price, threshold = fare.price, alert.threshold
    if price is None or threshold is None or price.currency != threshold.currency:
        return None
    return price.amount_minor if price.amount_minor <= threshold.amount_minor else None
