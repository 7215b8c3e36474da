"""Events as GeoJSON points (RFC 7946). Pure."""

from datetime import datetime
from typing import Generic, Literal, Protocol, TypeVar

from msgspec import UNSET, Struct, UnsetType

from maritime_app.vessels.api.schemas import PointGeometry


class PlacedEvent(Protocol):
    """An event that has an id and a place, in degrees."""

    @property
    def id(self) -> str:
        """Return its id."""

    @property
    def lat(self) -> float:
        """Return how far north it began."""

    @property
    def lon(self) -> float:
        """Return how far east it began."""


EventT = TypeVar("EventT", bound=PlacedEvent)


class EventFeature(Struct, Generic[EventT], frozen=True):
    """One event where it began; its properties are what the JSON list says of it."""

    id: str
    geometry: PointGeometry
    properties: EventT
    type: Literal["Feature"] = "Feature"


class EventFeatures(Struct, Generic[EventT], frozen=True):
    """Events as a FeatureCollection, with the window that was asked for if there is one.

    `total` and `next_cursor` are those of the list.
    """

    features: list[EventFeature[EventT]]
    as_of: datetime | UnsetType = UNSET
    since: datetime | UnsetType = UNSET
    type: Literal["FeatureCollection"] = "FeatureCollection"
    total: int | UnsetType = UNSET
    next_cursor: str | UnsetType | None = UNSET


def features(
    events: list[EventT],
    as_of: datetime | UnsetType = UNSET,
    since: datetime | UnsetType = UNSET,
) -> EventFeatures[EventT]:
    """Return events as GeoJSON, in their order."""
    found = [EventFeature(one.id, PointGeometry((one.lon, one.lat)), one) for one in events]
    return EventFeatures(found, as_of, since)
