"""Pure: what is wrong with an alert that is asked for or changed, all of it at once."""

from datetime import date, datetime

from msgspec import UNSET

from maritime_app.bookings.fare_alerts.model import AlertChange, AlertKind, AlertRequest, FareAlert
from maritime_app.errors import Invalid
from maritime_app.ferries.model import Party, local_day
from maritime_app.ferries.parties import party_of
from maritime_app.i18n import translate as _
from maritime_app.money import Money, example, minor_units
from maritime_app.text.email_address import is_email_address

_LARGEST_MINOR = 10**10


def party(asked: AlertRequest, wrong: dict[str, str]) -> Party | None:
    """Return for whom the alert is; note in `wrong` why for nobody."""
    try:
        return party_of(asked)
    except Invalid as refusal:
        wrong.update(refusal.fields)
        return None


def asked_for(asked: AlertRequest, today: date, wrong: dict[str, str]) -> None:
    """Note in `wrong` a day that has passed, an end that cannot be, an address that is none."""
    if asked.until and not today <= asked.until <= asked.date:
        wrong["until"] = _("A day from today to that of the crossing.")
    if asked.date < today:
        wrong["date"] = _("That day has passed.")
    if not is_email_address(asked.email):
        wrong["email"] = _("No mail reaches this address.")


def threshold(asked: AlertRequest, currency: str | None, wrong: dict[str, str]) -> Money | None:
    """Return the threshold in the currency of that day, None for an alert of places; note in
    `wrong` why there is none.
    """
    if asked.kind is AlertKind.PLACES:
        return None
    if currency is None:
        wrong["threshold"] = _("There is no price on that day yet: ask for places instead.")
        return None
    return _amount(asked.threshold, currency, wrong)


def changed(alert: FareAlert, change: AlertChange, now: datetime) -> Money | None:
    """Return the threshold that is set; raise Invalid for what cannot be, naming all of it."""
    wrong: dict[str, str] = {}
    today = local_day(now, alert.origin.timezone)
    until = change.until
    if until is not UNSET and until is not None and not today <= until <= alert.day:
        wrong["until"] = _("A day from today to that of the crossing.")
    amount = None
    if change.threshold is not UNSET:
        if alert.currency is None:
            wrong["threshold"] = _("An alert of places has no price.")
        else:
            amount = _amount(change.threshold, alert.currency, wrong)
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)
    return amount


def _amount(text: str, currency: str, wrong: dict[str, str]) -> Money | None:
    minor = minor_units(text, currency)
    if minor is None or not 0 < minor < _LARGEST_MINOR:
        words = _("Please enter an amount like %(example)s.")
        wrong["threshold"] = words % {"example": example(currency)}
        return None
    return Money(minor, currency)
