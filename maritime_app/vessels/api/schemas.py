"""Responses of the HTTP interfaces.

Degrees, knots, metres, seconds, UTC; what is not known is null.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct


class VesselFeedSource(Struct, frozen=True):
    """The health of one source; `age_seconds` since its last usable position,
    `message_age_seconds` since its last message of any kind.
    """

    name: str
    source: str
    state: str
    reason: str
    age_seconds: float | None
    message_age_seconds: float | None
    frames: int
    stored: int
    rejected: dict[str, int]


class VesselFeed(Struct, frozen=True):
    """The feed's health: only `live` means that positions are coming in now.

    `unusable` means that messages come, but none with a position that can be used.
    """

    state: str
    reason: str
    source: str
    age_seconds: float | None
    sandbox: bool


class VesselFeedHealth(Struct, frozen=True):
    """The feed's health, and that of each of its sources."""

    feed: VesselFeed
    ships: int
    as_of: datetime
    sources: list[VesselFeedSource]


class VesselPosition(Struct, frozen=True, kw_only=True):
    """One station's last report. `stale` after ten minutes without another.

    `flags` name what is odd about it, e.g. "odd-number" or "shared-number": then `hypothesis` tells
    apart the stations that report under one number. `accuracy` is "high" below 10 m. `integrity` is
    "plausible", "doubtful" or "impossible": whether the position can be believed.
    """

    mmsi: int
    hypothesis: int
    name: str | None
    type: str
    kind: str
    flag: str | None
    lat: float
    lon: float
    accuracy: str
    sog_knots: float | None
    cog_deg: float | None
    heading_deg: int | None
    rot_deg_min: float | None
    altitude_m: int | None
    status: str | None
    reported_at: datetime
    age_seconds: float
    stale: bool
    flags: list[str]
    source: str
    callsign: str | None = None
    imo: int | None = None
    destination: str | None = None
    static_at: datetime | None = None
    voyage_at: datetime | None = None
    integrity: str = "plausible"


class VesselPositionExtended(VesselPosition, frozen=True, kw_only=True):
    """With what the ship says of its voyage and size (`fields=extended`); see VesselDetail."""

    ship_type: int | None
    length_m: int | None
    beam_m: int | None
    to_bow_m: int | None
    to_stern_m: int | None
    to_port_m: int | None
    to_starboard_m: int | None
    draught_m: float | None
    eta: str | None
    eta_precision: str | None


class VesselPlace(Struct, frozen=True, kw_only=True):
    """Who is where (`fields=simple`)."""

    mmsi: int
    hypothesis: int
    name: str | None
    type: str
    lat: float
    lon: float
    sog_knots: float | None
    cog_deg: float | None
    heading_deg: int | None
    reported_at: datetime
    source: str


class VesselPositions(Struct, frozen=True):
    """One page of the ships in a box: newest report first, or by number with a `cursor`.

    `next_cursor` is null on the last page, and where pages are counted by `offset`. With
    `fields=simple` each is a VesselPlace, with `fields=extended` a VesselPositionExtended.
    """

    total: int
    count: int
    limit: int
    offset: int
    as_of: datetime
    feed: VesselFeed
    vessels: list[VesselPosition]
    next_cursor: str | None = None


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
    next_cursor: str | None = None
    type: Literal["FeatureCollection"] = "FeatureCollection"


class VesselSafetyText(Struct, frozen=True):
    """A safety-related text (AIS messages 12 and 14) as it was sent; `to_mmsi` null for all ships.

    `test` when its sender says so.
    """

    mmsi: int
    at: datetime
    to_mmsi: int | None
    text: str
    test: bool
    source: str


class PredictedArrival(Struct, frozen=True, kw_only=True):
    """When a ship arrives at a port: its first stop within 3 km of it, UTC.

    The median, and bounds between which 80 % of arrivals fell that were predicted so; null with a
    `refusal` that says why. `basis` is what it rests on: "passages" (of `passages` earlier ships
    through the same cell to the same port), "lane" (length of such passages at present speed),
    "sea_lane" (shortest way by sea, round the land, at present speed), "great_circle" (shortest way
    over the globe at present speed), "timetable". `sample` is how many scored voyages
    are behind the bounds. `told_at` is the ship's own ETA.
    """

    refusal: str | None
    port: str | None = None
    port_name: str | None = None
    median_at: datetime | None = None
    low_at: datetime | None = None
    high_at: datetime | None = None
    basis: str | None = None
    passages: int = 0
    sample: int = 0
    made_at: datetime | None = None
    position_at: datetime | None = None
    told_at: datetime | None = None


class VesselDetail(Struct, frozen=True):
    """What is known of a ship: what it reports of itself, and its last position.

    `eta_at` only where day, hour and minute are known; `eta` is ISO 8601 with what is known,
    e.g. "2026-12-24" or "2026-12-24T05Z". `static_at` and `voyage_at` say when the ship told of
    itself and of its voyage. `other_positions` are those of stations under the same number.
    `predicted_arrival` is null without a position; with a `refusal` nothing is predicted.
    """

    mmsi: int
    name: str | None
    callsign: str | None
    imo: int | None
    type: str
    ship_type: int | None
    kind: str
    flag: str | None
    length_m: int | None
    beam_m: int | None
    draught_m: float | None
    destination: str | None
    eta_at: datetime | None
    eta: str | None
    eta_precision: str | None
    mothership: int | None
    static_at: datetime | None
    voyage_at: datetime | None
    static_source: str | None
    seen_at: datetime | None
    position: VesselPosition | None
    other_positions: list[VesselPosition]
    flags: list[str]
    safety_texts: list[VesselSafetyText]
    source: str
    feed: VesselFeed
    predicted_arrival: PredictedArrival | None = None


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
    """A track as pieces between which the ship was not heard or could not have sailed.

    `hypotheses` says for each piece which of the stations under this number it belongs to,
    `held_since` when the oldest position that is held was reported, of any ship (null: none is):
    before it a track says nothing.
    """

    mmsi: int
    since: datetime
    until: datetime
    points: int
    truncated: bool
    fields: tuple[str, ...]
    pieces: list[list[VesselTrackPoint]]
    hypotheses: list[int]
    held_since: datetime | None = None
