"""Alerts as programs get them."""

from datetime import date, datetime

from msgspec import Struct

from maritime_app.bookings.fare_alerts.model import AlertKind
from maritime_app.ferries.model import Place
from maritime_app.money import Money
from maritime_app.subscriptions.model import SubscriptionStatus


class FareAlertAsked(Struct, frozen=True):
    """The alert is written down; a mail asks to confirm it."""

    status: SubscriptionStatus
    message: str


class FareAlertResponse(Struct, frozen=True, rename={"origin": "from", "destination": "to"}):
    """An alert: `alert` is the token that opens it, `url` its page for people.

    `party` has the fields by which a search names it. `threshold` is there for prices, for the
    whole party. After a mail there is none for `hours`; `day` and `last_day` are local at the
    origin. `told` counts the mails with news, the last of them written at `told_at`.
    """

    alert: str
    url: str
    status: SubscriptionStatus
    kind: AlertKind
    origin: Place
    destination: Place
    day: date
    party: dict[str, int | str]
    threshold: Money | None
    hours: int
    last_day: date
    told: int
    told_at: datetime | None


class FareAlertsMailed(Struct, frozen=True):
    """The alerts of an address are on their way to it."""

    message: str
