"""What a task keeps of the positions that it brought."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from maritime_app.vessels.ais import fields
from maritime_app.vessels.model import Report, Source

_MOST: Final = 2_000  # ships in a kept snapshot; the number of all stands beside them


class SnapshotShip(Struct, frozen=True):
    """One ship of a snapshot: degrees, knots, UTC."""

    mmsi: int
    name: str | None
    lat: float
    lon: float
    sog_knots: float | None
    cog_deg: float | None
    reported_at: datetime


class Snapshot(Struct, frozen=True):
    """Positions of one source at one time; `invented` ships exist nowhere."""

    source: str
    invented: bool
    retrieved_at: datetime
    total: int
    vessels: list[SnapshotShip]


def snapshot(source: Source, at: datetime, reports: Sequence[Report]) -> Snapshot:
    """Return what is kept of these reports: the newest 2,000, and how many there were."""
    placed = [report for report in reports if report.motion is not None]
    placed.sort(key=lambda report: -report.at_ms)
    ships = [_ship(report) for report in placed[:_MOST]]
    return Snapshot(source.code, source.invented, at, len(placed), ships)


def _ship(report: Report) -> SnapshotShip:
    motion, particulars = report.motion, report.particulars
    assert motion is not None  # only such reports get here
    return SnapshotShip(
        mmsi=report.mmsi,
        name=particulars.name if particulars is not None else fields.text(report.name or ""),
        lat=round(motion.lat, 5),
        lon=round(motion.lon, 5),
        sog_knots=motion.sog_knots,
        cog_deg=motion.cog_deg,
        reported_at=datetime.fromtimestamp(report.at_ms / 1000, UTC),
    )
