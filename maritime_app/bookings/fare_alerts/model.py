"""An alert of a lower price or of places, and what its mails say."""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from maritime_app.bookings.travellers.model import Email
from maritime_app.ferries.model import Place
from maritime_app.ferries.search.model import PlaceCode
from maritime_app.money import Money
from maritime_app.subscriptions.model import SubscriptionStatus


class AlertKind(StrEnum):
    """What an alert is of. Stored."""

    PRICE = "price"  # for one adult, at or below the threshold
    PLACES = "places"  # a sailing of that day has a place again


class FareAlert(msgspec.Struct, frozen=True):
    """An alert. `day` is local at the origin; `threshold_minor` is there for prices.

    `told_minor` is the price that was told last, or 0 for places; None: whatever fits is news.
    `ends_on` is its last day where that is before `day`.
    """

    id: UUID
    kind: AlertKind
    status: SubscriptionStatus
    origin: Place
    destination: Place
    day: dt.date
    threshold_minor: int | None
    currency: str | None
    email: str
    language: str
    told_minor: int | None
    told_at: dt.datetime | None
    told_count: int
    cool_down_hours: int
    ends_on: dt.date | None

    @property
    def threshold(self) -> Money | None:
        """Return the price from which on down there is news."""
        if self.threshold_minor is None or self.currency is None:
            return None
        return Money(self.threshold_minor, self.currency)


class NewAlert(msgspec.Struct, frozen=True):
    """An alert that is asked for."""

    id: UUID
    kind: AlertKind
    origin: str
    destination: str
    day: dt.date
    threshold: Money | None
    email: str
    language: str
    cool_down_hours: int
    ends_on: dt.date | None


class AlertQuery(msgspec.Struct, frozen=True, rename={"origin": "from", "destination": "to"}):
    """The query string of the form."""

    origin: PlaceCode
    destination: PlaceCode
    date: dt.date


class AlertRequest(AlertQuery, frozen=True, rename={"origin": "from", "destination": "to"}):
    """What the form sends; `threshold` in major units as people write it, empty for places. After a
    mail there is none for `hours`, and after the day of `until` none at all.
    """

    email: Email
    kind: AlertKind = AlertKind.PRICE
    threshold: Annotated[str, msgspec.Meta(max_length=20)] = ""
    hours: Literal[1, 6, 12, 24, 72, 168] = 12
    until: dt.date | None = None


class AlertMail(msgspec.Struct, frozen=True):
    """What a mail of an alert says. It is stored with the mail."""

    kind: str
    origin: str
    destination: str
    day: dt.date
    manage_url: str
    end_url: str
    search_url: str
    threshold: Money | None = None
    price: Money | None = None
    sailings: int = 0
