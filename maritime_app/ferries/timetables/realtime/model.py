"""A sailing of these days as it goes into the realtime feed, and where its ship is."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class RunningSailing(Struct, frozen=True):
    """A sailing that runs, ran or would have run these days; UTC.

    `expected_departs_at` and `expected_arrives_at` only where they differ from what was sold; the
    forecast where its ship's position tells (ferries.forecasts), with the bounds of 80 %.
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
    forecast_departs_at: datetime | None = None
    forecast_arrives_at: datetime | None = None
    forecast_low_at: datetime | None = None
    forecast_high_at: datetime | None = None

    @property
    def leaves_at(self) -> datetime:
        """Return when it left, or the best that is known of when it will."""
        forecast = self.forecast_departs_at
        return self.departed_at or forecast or self.expected_departs_at or self.departs_at

    @property
    def comes_at(self) -> datetime:
        """Return when it arrived, or the best that is known of when it will."""
        forecast = self.forecast_arrives_at
        return self.arrived_at or forecast or self.expected_arrives_at or self.arrives_at

    @property
    def uncertainty_seconds(self) -> int | None:
        """Return the width of the forecast arrival to either side, None where none counts."""
        low, high = self.forecast_low_at, self.forecast_high_at
        if self.arrived_at is not None or low is None or high is None:
            return None
        return round((high - low).total_seconds() / 2)


class ShipPosition(Struct, frozen=True):
    """Where a ship is by its own report: degrees, knots. `invented` ships exist nowhere."""

    mmsi: int
    lat: float
    lon: float
    course_deg: float | None
    speed_knots: float | None
    reported_at: datetime
    invented: bool
