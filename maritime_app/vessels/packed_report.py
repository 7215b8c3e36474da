"""A ship's last position report as 32 packed bytes: what Redis stores and the delta stream carries.

Little endian, in this order: mmsi, receipt time (epoch ms), latitude and longitude (1e-7 degree;
AIS has 1/600000), speed (0.1 kn), course (0.1 degree), heading (degree), status, kind, ship type,
rate of turn (6 degrees per minute), flags, group.
"""

import struct
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from maritime_app.vessels.model import Motion, StationKind

DEGREE: Final = 1e7
NO_U16: Final = 0xFFFF  # speed, course or heading not reported
NO_STATUS: Final = 0xFF
_NO_TURN: Final = -128
_TURN_STEP_DEG_MIN: Final = 6
_PACK = struct.Struct("<IQiiHHHBBBbBB")
SIZE: Final = _PACK.size
# The same layout as numpy columns.
DTYPE = np.dtype(
    [
        ("mmsi", "<u4"),
        ("at_ms", "<u8"),
        ("lat", "<i4"),
        ("lon", "<i4"),
        ("sog", "<u2"),
        ("cog", "<u2"),
        ("heading", "<u2"),
        ("status", "u1"),
        ("kind", "u1"),
        ("ship_type", "u1"),
        ("rot", "i1"),
        ("flags", "u1"),
        ("group", "u1"),
    ]
)
assert DTYPE.itemsize == SIZE == 32

PackedReports = npt.NDArray[np.void]


class Station(NamedTuple):
    """Who reports, and what is known beside the motion; `ship_type` 0 is unknown."""

    mmsi: int
    kind: StationKind
    ship_type: int
    group: int
    flags: int


class UnpackedReport(NamedTuple):
    """One packed report read back; `at_ms` is UTC epoch milliseconds."""

    station: Station
    at_ms: int
    motion: Motion


def pack(station: Station, at_ms: int, motion: Motion) -> bytes:
    """Return the 32 bytes of a report.

    The decoder refuses values that do not fit, such as speeds above 6,553 knots.
    """
    sog, cog, heading = motion.sog_knots, motion.cog_deg, motion.heading_deg
    status, rot = motion.status, motion.rot_deg_min
    return _PACK.pack(
        station.mmsi,
        at_ms,
        round(motion.lat * DEGREE),
        round(motion.lon * DEGREE),
        NO_U16 if sog is None else round(sog * 10),
        NO_U16 if cog is None else round(cog * 10) % 3600,
        NO_U16 if heading is None else heading,
        NO_STATUS if status is None else status,
        station.kind,
        station.ship_type,
        _NO_TURN if rot is None else max(-127, min(127, round(rot / _TURN_STEP_DEG_MIN))),
        station.flags & 0xFF,
        station.group,
    )


def unpack(packed: bytes) -> UnpackedReport:
    """Return the values of one packed report.

    Raise struct.error for another size, ValueError for an unknown kind.
    """
    return from_row(_PACK.unpack(packed))


def from_row(row: tuple[Any, ...]) -> UnpackedReport:
    """Return the values of one row of PackedReports, as `.tolist()` gives it.

    Raise ValueError for an unknown kind.
    """
    mmsi, at_ms, lat, lon, sog, cog, heading, status, kind, ship_type, rot, flags, group = row
    motion = Motion(
        lat=lat / DEGREE,
        lon=lon / DEGREE,
        sog_knots=None if sog == NO_U16 else sog / 10,
        cog_deg=None if cog == NO_U16 else cog / 10,
        heading_deg=None if heading == NO_U16 else heading,
        status=None if status == NO_STATUS else status,
        rot_deg_min=None if rot == _NO_TURN else float(rot * _TURN_STEP_DEG_MIN),
    )
    return UnpackedReport(Station(mmsi, StationKind(kind), ship_type, group, flags), at_ms, motion)


def as_array(payload: bytes) -> PackedReports:
    """Return many packed reports as one structured array; a torn tail is dropped."""
    return np.frombuffer(payload, DTYPE, count=len(payload) // SIZE)
