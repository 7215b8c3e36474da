"""Ask for an alert, look at it, pause and end it; tell what is new."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from maritime_app import clock, i18n
from maritime_app.bookings.fare_alerts import mails, rules, store
from maritime_app.bookings.fare_alerts.model import AlertKind, AlertRequest, FareAlert, NewAlert
from maritime_app.email_address import is_email_address
from maritime_app.errors import Conflict, Invalid
from maritime_app.ferries.lowest_fares import service as lowest_fares
from maritime_app.ferries.lowest_fares.model import LowestFare
from maritime_app.i18n import translate as _
from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn
from maritime_app.money import Money, example, minor_units
from maritime_app.resources import Resources
from maritime_app.subscriptions.service import Subscriptions

_MOST_OF_AN_ADDRESS = 10
_MOST_AT_ONCE = 500
FARE_ALERTS = Subscriptions(mails.PURPOSE, store.alert, store.apply, store.overdue)
_Way = tuple[str, str, date]


async def fare_of(res: Resources, origin: str, destination: str, day: date) -> LowestFare | None:
    """Return what is known of that day: the lowest price, and on how many sailings is room."""
    found = await lowest_fares.lowest_fares(res, (origin, destination), day, day)
    return found[0] if found else None


async def ask(res: Resources, asked: AlertRequest) -> None:
    """Write an alert down and ask its address to confirm it.

    Raise Invalid as `checked` does, Conflict where the address has the alert, or too many.
    """
    threshold = await checked(res, asked)
    alert = NewAlert(
        id=uuid7(),
        kind=asked.kind,
        origin=asked.origin,
        destination=asked.destination,
        day=asked.date,
        threshold=threshold,
        email=asked.email,
        language=i18n.current(),
        cool_down_hours=asked.hours,
        ends_on=asked.until,
    )
    async with res.db.transaction() as conn:
        if not await store.add(conn, alert, _MOST_OF_AN_ADDRESS):
            words = _("This address has the alert already, or too many, or nobody sails there.")
            raise Conflict(words, code="fare_alert")
        written = await store.alert(conn, alert.id)
        assert written is not None
        await mails.write(conn, res, written, mails.CONFIRM)


async def checked(res: Resources, asked: AlertRequest) -> Money | None:
    """Return the threshold, None for an alert of places; raise Invalid for a day that has passed,
    an end that is past or after the crossing, an address that is none or a threshold that is no
    amount, naming all of them.
    """
    wrong = {}
    if asked.until and not clock.now().date() <= asked.until <= asked.date:
        wrong["until"] = _("A day from today to that of the crossing.")
    if asked.date < clock.now().date():
        wrong["date"] = _("That day has passed.")
    if not is_email_address(asked.email):
        wrong["email"] = _("No mail reaches this address.")
    fare = await fare_of(res, asked.origin, asked.destination, asked.date)
    threshold = _threshold(asked, fare, wrong)
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)
    return threshold


def _threshold(asked: AlertRequest, fare: LowestFare | None, wrong: dict[str, str]) -> Money | None:
    """Return the threshold in the currency of the price now; note in `wrong` why there is none."""
    if asked.kind is AlertKind.PLACES:
        return None
    if fare is None or fare.price is None:
        wrong["threshold"] = _("There is no price on that day yet: ask for places instead.")
        return None
    currency = fare.price.currency
    minor = minor_units(asked.threshold, currency)
    if minor is None or not 0 < minor < 10**10:
        words = _("Please enter an amount like %(example)s.")
        wrong["threshold"] = words % {"example": example(currency)}
        return None
    return Money(minor, currency)


async def tell(res: Resources) -> int:
    """Look at prices and places of active alerts and write what is new; return how many mails."""
    async with res.db.acquire() as conn:
        alerts = await store.to_look_at(conn, _MOST_AT_ONCE)
    fares = await _fares(res, alerts)
    told = 0
    for alert in alerts:
        async with res.db.transaction() as conn:
            told += await _tell(conn, res, alert.id, fares[_way(alert)])
    return told


async def _tell(conn: Conn, res: Resources, alert_id: UUID, fare: LowestFare | None) -> bool:
    """Write what is new, in the transaction that writes down that it was told."""
    alert = await store.lock(conn, alert_id)
    if alert is None:
        return False  # paused or ended meanwhile
    found = rules.verdict(alert, fare, clock.now())
    await store.looked_at(conn, alert.id, found.told_minor, is_news=found.is_news)
    if found.is_news:
        await mails.write(conn, res, alert, mails.NEWS, fare)
    return found.is_news


async def _fares(res: Resources, alerts: Sequence[FareAlert]) -> dict[_Way, LowestFare | None]:
    return {way: await fare_of(res, *way) for way in {_way(alert) for alert in alerts}}


def _way(alert: FareAlert) -> _Way:
    return alert.origin.code, alert.destination.code, alert.day
