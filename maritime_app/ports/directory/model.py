"""Ports as points of a map (RFC 7946)."""

from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from maritime_app.ports.comparison.model import Source
from maritime_app.ports.model import PortKind, PortQuery

MOST_POINTS: Final = 6_000  # more than every harbour of the lists; stops beyond are not drawn


class PointsQuery(PortQuery, frozen=True):
    """The ports that match, at most `limit` of them."""

    limit: Annotated[int, Meta(ge=1, le=MOST_POINTS)] = MOST_POINTS


class PointGeometry(Struct, frozen=True):
    """Longitude and latitude in degrees."""

    coordinates: tuple[float, float]
    type: Literal["Point"] = "Point"


class PointProperties(Struct, frozen=True):
    """A port and what it is drawn by: its newest connectivity and its rank by it, both null
    without a figure. `local_name` is there for readers of Greek and Arabic (Accept-Language),
    where the port has such a name.
    """

    code: str
    name: str
    kind: PortKind
    country: str | None
    connectivity: float | None
    rank: int | None
    local_name: str | UnsetType = UNSET


class PortPoint(Struct, frozen=True):
    """One port."""

    geometry: PointGeometry
    properties: PointProperties
    type: Literal["Feature"] = "Feature"


class PortPoints(Struct, frozen=True):
    """The ports that match. `total` counts all of them: the features are the likeliest ones.

    `period` is the quarter of the connectivity, `sources` say where it is from.
    """

    features: tuple[PortPoint, ...]
    total: int
    period: str
    sources: tuple[Source, ...]
    type: Literal["FeatureCollection"] = "FeatureCollection"
    bbox: tuple[float, float, float, float] | None = None
