"""Ask for an alert, look at it, change, pause and end it; tell what is new."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from maritime_app import clock, i18n
from maritime_app.bookings.fare_alerts import checks, mails, rules, store
from maritime_app.bookings.fare_alerts.model import (
    AlertChange,
    AlertRequest,
    FareAlert,
    NewAlert,
)
from maritime_app.bookings.fare_alerts.states import FARE_ALERT
from maritime_app.errors import Conflict, Invalid
from maritime_app.ferries.lowest_fares import service as lowest_fares
from maritime_app.ferries.lowest_fares.model import ONE_ADULT, LowestFare
from maritime_app.ferries.model import Party
from maritime_app.ferries.places import service as places
from maritime_app.i18n import translate as _
from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn
from maritime_app.money import Money
from maritime_app.resources import Resources
from maritime_app.subscriptions.model import SubscriptionEvent
from maritime_app.subscriptions.service import Subscriptions

_MOST_OF_AN_ADDRESS = 10
_MOST_AT_ONCE = 500
_MOST_LISTED = 100
_LIST_SECONDS = 900
FARE_ALERTS = Subscriptions(mails.PURPOSE, store.alert, store.apply, store.overdue)
_Trip = tuple[str, str, date, Party]


async def fare_of(
    res: Resources, origin: str, destination: str, day: date, party: Party = ONE_ADULT
) -> LowestFare | None:
    """Return what is known of that day: what the party pays at least, and how many sailings have
    room for it. Operators outside are asked for a party by a task, as long as somebody wants it.
    """
    way = (origin, destination)
    if party != ONE_ADULT:
        await lowest_fares.want(res, way, party)
    found = await lowest_fares.lowest_fares(res, way, day, day, party)
    return found[0] if found else None


async def currency_of(res: Resources, trip: _Trip, fare: LowestFare | None) -> str | None:
    """Return the currency of that day, `fare` being what is known of it for the party: that of an
    adult's price while operators have not said what the party pays. None: nothing is sold.
    """
    if fare is not None and (fare.price or not fare.not_asked):
        return fare.price.currency if fare.price else None
    adult = await fare_of(res, *trip[:3])
    return adult.price.currency if adult and adult.price else None


async def ask(res: Resources, asked: AlertRequest) -> None:
    """Write an alert down and ask its address to confirm it.

    Raise Invalid as `checked` does, Conflict where the address has the alert, or too many.
    """
    asked = await _by_known_codes(res, asked)
    party, threshold = await checked(res, asked)
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
        people=party,
    )
    async with res.db.transaction() as conn:
        if not await store.add(conn, alert, _MOST_OF_AN_ADDRESS):
            words = _("This address has the alert already, or too many, or nobody sails there.")
            raise Conflict(words, code="fare_alert")
        written = await store.alert(conn, alert.id)
        assert written is not None
        await mails.write(conn, res, written, mails.CONFIRM)


async def _by_known_codes(res: Resources, asked: AlertRequest) -> AlertRequest:
    """Return the same with the codes under which we know its ports, however they are written."""
    async with res.db.acquire() as conn:
        origin = await places.by_code(conn, asked.origin)
        destination = await places.by_code(conn, asked.destination)
    return msgspec.structs.replace(
        asked,
        origin=origin.code if origin else asked.origin,
        destination=destination.code if destination else asked.destination,
    )


async def checked(res: Resources, asked: AlertRequest) -> tuple[Party, Money | None]:
    """Return for whom the alert is and its threshold, None for an alert of places; raise Invalid
    for a party of nobody, a day that has passed, an end that is past or after the crossing, an
    address that is none or a threshold that is no amount, naming all of them.
    """
    wrong: dict[str, str] = {}
    party = checks.party(asked, wrong)
    checks.asked_for(asked, clock.now().date(), wrong)
    trip = (asked.origin, asked.destination, asked.date, party or ONE_ADULT)
    currency = await currency_of(res, trip, await fare_of(res, *trip))
    threshold = checks.threshold(asked, currency, wrong)
    if wrong or party is None:
        raise Invalid(next(iter(wrong.values())), wrong)
    return party, threshold


async def change(res: Resources, alert_id: UUID, wanted: AlertChange) -> None:
    """Change an alert; raise Invalid as `checked_change` does, Conflict where it is over."""
    threshold = await checked_change(res, alert_id, wanted)
    async with res.db.transaction() as conn:
        if not await store.change(conn, alert_id, threshold, wanted):
            raise Conflict(_("This alert is over."), code="fare_alert")


async def checked_change(res: Resources, alert_id: UUID, wanted: AlertChange) -> Money | None:
    """Return the threshold that is set; raise NotFound, and Invalid for all that cannot be."""
    alert = await FARE_ALERTS.opened(res, alert_id)
    return checks.changed(alert, wanted, clock.now())


async def act(res: Resources, alert_id: UUID, event: SubscriptionEvent) -> None:
    """Confirm, pause, resume or end an alert; raise NotFound, and Conflict for what its state does
    not allow, unless that has been done already.
    """
    await FARE_ALERTS.act(res, alert_id, event)
    after = await FARE_ALERTS.opened(res, alert_id)
    is_confirmed = event is SubscriptionEvent.CONFIRM and not after.is_over
    if after.status is not FARE_ALERT.target(event) and not is_confirmed:
        words = _("This alert is over.") if after.is_over else _("This alert is not confirmed yet.")
        raise Conflict(words, code="fare_alert")


async def mail_list(res: Resources, alert_id: UUID) -> None:
    """Write to the address of an alert which ones it has; at most once in a while. Raise NotFound.

    Whoever has the link of one alert (a mail is passed on) sees no other: its owner reads the list.
    """
    alert = await FARE_ALERTS.opened(res, alert_id)
    slot = int(clock.now().timestamp() // _LIST_SECONDS)
    async with res.db.transaction() as conn:
        listed = await store.of_same_address(conn, alert_id, _MOST_LISTED)
        if listed:  # else the address is erased
            await mails.write_list(conn, res, alert, listed, slot)


async def tell(res: Resources) -> int:
    """Look at prices and places of active alerts and write what is new; return how many mails."""
    async with res.db.acquire() as conn:
        alerts = await store.to_look_at(conn, _MOST_AT_ONCE)
    fares = await _fares(res, alerts)
    told = 0
    for alert in alerts:
        async with res.db.transaction() as conn:
            told += await _tell(conn, res, alert.id, fares[_trip(alert)])
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


async def _fares(res: Resources, alerts: Sequence[FareAlert]) -> dict[_Trip, LowestFare | None]:
    return {trip: await fare_of(res, *trip) for trip in {_trip(alert) for alert in alerts}}


def _trip(alert: FareAlert) -> _Trip:
    return alert.origin.code, alert.destination.code, alert.day, alert.people
