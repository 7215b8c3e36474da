"""A sailing of these days as it goes into the realtime feed, and where its ship is."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class RunningSailing(Struct, frozen=True):
    """A sailing that runs, ran or would have run these days; UTC.

    `expected_departs_at` and `expected_arrives_at` only where they differ from what was sold.
    """

    id: UUID
    operator_code: str
    route_code: str
    origin_code: str
    destination_code: str
    departs_at: datetime
    arrives_at: datetime
    expected_departs_at: datetime | None
    expected_arrives_at: datetime | None
    departed_at: datetime | None
    arrived_at: datetime | None
    is_cancelled: bool
    reason: str | None
    note: str | None
    ferry: str | None
    mmsi: int | None


class ShipPosition(Struct, frozen=True):
    """Where a ship is by its own report: degrees, knots. `invented` ships exist nowhere."""

    mmsi: int
    lat: float
    lon: float
    course_deg: float | None
    speed_knots: float | None
    reported_at: datetime
    invented: bool
