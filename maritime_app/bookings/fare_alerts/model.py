"""An alert of a lower price or of places for a party, and what its mails say."""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from maritime_app.bookings.travellers.model import Email
from maritime_app.ferries.lowest_fares.model import ONE_ADULT
from maritime_app.ferries.model import Party, Place
from maritime_app.ferries.parties import PartyFields
from maritime_app.ferries.search.model import PlaceCode
from maritime_app.money import Money
from maritime_app.subscriptions.model import SubscriptionStatus

Threshold = Annotated[str, msgspec.Meta(max_length=20)]
CoolDownHours = Literal[1, 6, 12, 24, 72, 168]


class AlertKind(StrEnum):
    """What an alert is of. Stored."""

    PRICE = "price"  # for the whole party, at or below the threshold
    PLACES = "places"  # a sailing of that day has room for all of it again


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
    people: Party = ONE_ADULT

    @property
    def is_over(self) -> bool:
        """Return whether it was ended, by hand or by time."""
        return self.status in (SubscriptionStatus.ENDED, SubscriptionStatus.EXPIRED)

    @property
    def last_day(self) -> dt.date:
        """Return the day after which it is over."""
        return self.ends_on or self.day

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
    people: Party = ONE_ADULT


class AlertQuery(PartyFields, frozen=True, rename={"origin": "from", "destination": "to"}):
    """The query string of the form: a way and a day, the party as in a search."""

    origin: PlaceCode
    destination: PlaceCode
    date: dt.date


class AlertRequest(
    AlertQuery,
    frozen=True,
    forbid_unknown_fields=True,
    rename={"origin": "from", "destination": "to"},
):
    """An alert of what the whole party pays on that day. `threshold` is in major units of the
    currency in which that day is sold, such as "120.50", and empty for places. After a mail there
    is none for `hours`, and after the day of `until` none at all.
    """

    email: Email
    kind: AlertKind = AlertKind.PRICE
    threshold: Threshold = ""
    hours: CoolDownHours = 12
    until: dt.date | None = None


class AlertChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of an alert is changed, as when it was asked for; what is left out stays. `until` null:
    until the day of the crossing.
    """

    threshold: Threshold | UnsetType = UNSET
    hours: CoolDownHours | UnsetType = UNSET
    until: dt.date | UnsetType | None = UNSET


class ListedAlert(msgspec.Struct, frozen=True):
    """An alert in the list of those of one address; `url` opens it."""

    origin: str
    destination: str
    day: dt.date
    party: str  # in words
    status: str
    url: str


class AlertListMail(msgspec.Struct, frozen=True):
    """The alerts of the address that this mail goes to. It is stored with the mail."""

    manage_url: str
    alerts: tuple[ListedAlert, ...]


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
    party: str = ""  # in words; mails of one adult may leave it out
