"""Responses of the HTTP interfaces.

Degrees, knots, metres, seconds, UTC; what is not known is null.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct


class VesselFeed(Struct, frozen=True):
    """The feed's health: only `live` means that positions are coming in now."""

    state: str
    reason: str
    source: str
    age_seconds: float | None
    sandbox: bool


class VesselPosition(Struct, frozen=True):
    """One ship's last report. `stale` after ten minutes without another."""

    mmsi: int
    name: str | None
    type: str
    lat: float
    lon: float
    sog_knots: float | None
    cog_deg: float | None
    heading_deg: int | None
    status: str | None
    reported_at: datetime
    age_seconds: float
    stale: bool
    callsign: str | None = None
    imo: int | None = None
    destination: str | None = None


class VesselPositions(Struct, frozen=True):
    """One page of the ships in a box, newest report first."""

    total: int
    count: int
    limit: int
    offset: int
    as_of: datetime
    feed: VesselFeed
    vessels: list[VesselPosition]


class PointGeometry(Struct, frozen=True):
    """A GeoJSON Point: longitude, latitude."""

    coordinates: tuple[float, float]
    type: Literal["Point"] = "Point"


class VesselFeature(Struct, frozen=True):
    """One ship as a GeoJSON Feature."""

    id: int
    geometry: PointGeometry
    properties: VesselPosition
    type: Literal["Feature"] = "Feature"


class VesselFeatures(Struct, frozen=True):
    """VesselPositions as a GeoJSON FeatureCollection (RFC 7946)."""

    features: list[VesselFeature]
    feed: VesselFeed
    as_of: datetime
    total: int
    limit: int
    offset: int
    type: Literal["FeatureCollection"] = "FeatureCollection"


class VesselDetail(Struct, frozen=True):
    """What is known of a ship: what it reports of itself, and its last position."""

    mmsi: int
    name: str | None
    callsign: str | None
    imo: int | None
    type: str
    ship_type: int | None
    kind: str
    length_m: int | None
    beam_m: int | None
    draught_m: float | None
    destination: str | None
    eta_at: datetime | None
    seen_at: datetime | None
    position: VesselPosition | None
    source: str
    feed: VesselFeed


class VesselSearchResult(Struct, frozen=True):
    """One line of a search."""

    mmsi: int
    name: str | None
    imo: int | None
    type: str
    seen_at: datetime


class VesselTrackPoint(Struct, frozen=True, array_like=True):
    """Time, latitude, longitude, speed (knots), course, heading (degrees), navigational status."""

    at: datetime
    lat: float
    lon: float
    sog_knots: float | None
    cog_deg: float | None
    heading_deg: int | None
    status: str | None


class VesselTrack(Struct, frozen=True):
    """A track as pieces between which the ship was not heard or could not have sailed."""

    mmsi: int
    since: datetime
    until: datetime
    points: int
    truncated: bool
    fields: tuple[str, ...]
    pieces: list[list[VesselTrackPoint]]
