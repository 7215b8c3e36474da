"""The ships around one, and whether it lies in a harbour."""

from math import cos, radians
from typing import Final

from maritime_app import clock
from maritime_app.errors import NotFound
from maritime_app.geo import METRES_PER_DEGREE, Box, distance_m
from maritime_app.ports import service as ports
from maritime_app.resources import Resources
from maritime_app.vessels.api import views
from maritime_app.vessels.codes.flags import integrity_of
from maritime_app.vessels.live import packed_report
from maritime_app.vessels.live.packed_report import UnpackedReport
from maritime_app.vessels.map import selection
from maritime_app.vessels.map.hub import Hub
from maritime_app.vessels.map.selection import Selection
from maritime_app.vessels.model import Motion, StationKind
from maritime_app.vessels.neighbours.approach import (
    Approach,
    Course,
    approach,
    is_close,
    reckoned,
)
from maritime_app.vessels.neighbours.responses import (
    NeighbourResponse,
    NeighboursRequest,
    NeighboursResponse,
)
from maritime_app.vessels.port_calls.model import ENTER_M

_FRESH_MS: Final = 10 * 60_000
_SAILED_M: Final = 40 * 1852 / 6  # at 40 knots since a report of ten minutes ago
_SHIPS: Final = frozenset({StationKind.CLASS_A, StationKind.CLASS_B})


async def neighbours(
    res: Resources, hub: Hub, mmsi: int, request: NeighboursRequest
) -> NeighboursResponse:
    """Return who is near a ship now; raise NotFound for one without a recent position."""
    now_ms = clock.epoch_ms()
    own = _newest(hub, mmsi, now_ms)
    if own is None:
        raise NotFound("No ship with this number was heard in the last ten minutes.")
    in_harbour = await _is_in_harbour(res, own.motion)
    around = _around(reckoned(_course(own), now_ms), request.radius_m + _SAILED_M)
    rows = hub.columns.rows.take(selection.select(hub.columns, _selection(around, now_ms)))
    found = [
        _neighbour(hub, own, other, now_ms, in_harbour=in_harbour)
        for other in map(packed_report.from_row, rows.tolist())
        if other.station.kind in _SHIPS and other.station.mmsi != mmsi
    ]
    near = [each for each in found if each.distance_m <= request.radius_m]
    near.sort(key=lambda each: (not each.is_close, each.distance_m, each.mmsi, each.hypothesis))
    return NeighboursResponse(views.instant(now_ms), mmsi, in_harbour, near[: request.limit])


def _newest(hub: Hub, mmsi: int, now_ms: int) -> UnpackedReport | None:
    handles = hub.columns.handles_of(packed_report.keys_of(mmsi))
    reports = [packed_report.from_row(row) for row in hub.columns.rows.take(handles).tolist()]
    fresh = [report for report in reports if now_ms - report.at_ms <= _FRESH_MS]
    return max(fresh, key=lambda report: report.at_ms, default=None)


async def _is_in_harbour(res: Resources, motion: Motion) -> bool:
    around = _around((motion.lat, motion.lon), ENTER_M)
    async with res.reads.acquire() as conn:
        harbours = await ports.harbours_in(conn, around)
    return any(
        distance_m(motion.lat, motion.lon, each.lat, each.lon) <= ENTER_M for each in harbours
    )


def _neighbour(
    hub: Hub, own: UnpackedReport, other: UnpackedReport, now_ms: int, *, in_harbour: bool
) -> NeighbourResponse:
    known = hub.columns.known.get(other.station.mmsi)
    place = views.place_view(other, known)
    found = approach(_course(own), _course(other), now_ms)
    lat, lon = reckoned(_course(other), now_ms)
    meets = _meets(found, own, other)
    return NeighbourResponse(
        mmsi=place.mmsi,
        hypothesis=place.hypothesis,
        name=place.name,
        type=place.type,
        lat=round(lat, 6),
        lon=round((lon + 540.0) % 360.0 - 180.0, 6),
        sog_knots=place.sog_knots,
        cog_deg=place.cog_deg,
        reported_at=place.reported_at,
        distance_m=round(found.distance_m),
        bearing_deg=round(found.bearing_deg) % 360,
        tcpa_seconds=round(found.tcpa_seconds or 0) if meets else None,
        cpa_m=round(found.cpa_m) if meets else None,
        is_close=meets and not in_harbour and is_close(found, _course(own), _course(other)),
        source=place.source,
    )


def _meets(found: Approach, own: UnpackedReport, other: UnpackedReport) -> bool:
    """Whether they come nearer to one another, as far as their positions can be believed."""
    sure = all(integrity_of(each.station.flags) == "plausible" for each in (own, other))
    return sure and found.tcpa_seconds is not None and found.tcpa_seconds > 0


def _course(report: UnpackedReport) -> Course:
    motion = report.motion
    return Course(motion.lat, motion.lon, motion.sog_knots or 0.0, motion.cog_deg, report.at_ms)


def _selection(box: Box, now_ms: int) -> Selection:
    return Selection(box=box, oldest_ms=now_ms - _FRESH_MS)


def _around(place: tuple[float, float], metres: float) -> Box:
    """Return a box that holds everything within so many metres."""
    lat, lon = place
    north = metres / METRES_PER_DEGREE
    east = north / max(0.05, cos(radians(min(89.0, abs(lat) + north))))
    south, top = max(-90.0, lat - north), min(90.0, lat + north)
    if east >= 180:
        return Box(south, top, -180, 180)
    return Box(south, top, _wrapped(lon - east), _wrapped(lon + east))


def _wrapped(lon: float) -> float:
    return (lon + 540.0) % 360.0 - 180.0
