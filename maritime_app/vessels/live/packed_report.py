"""A ship's last position report as 40 packed bytes: what Redis stores and the delta stream carries.

Little endian, in this order: key (MMSI in the lower 30 bits, hypothesis in the upper two), receipt
time (epoch ms), latitude and longitude (1e-7 degree; AIS has 1/600000), speed (0.1 kn), course (0.1
degree), heading (degree), rate of turn (0.1 degree per minute), altitude (m), flags, status, kind,
ship type, group, source, reserved.
"""

import struct
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from maritime_app.vessels.model import Motion, Source, StationKind

DEGREE: Final = 1e7
NO_U16: Final = 0xFFFF  # speed, course, heading or altitude not reported
NO_STATUS: Final = 0xFF
MAX_HYPOTHESES: Final = 4
_NO_TURN: Final = -0x8000
_HYPOTHESIS_SHIFT: Final = 30  # nine digits are less than 2^30
_MMSI_MASK: Final = (1 << _HYPOTHESIS_SHIFT) - 1
_PACK = struct.Struct("<IQiiHHHhHIBBBBBx")
SIZE: Final = _PACK.size
# The same layout as numpy columns. Whole records are read by `take` and written by `np.put`: an
# index array copies them field by field, which takes thirty times as long (numpy 2.4).
DTYPE = np.dtype(
    [
        ("key", "<u4"),
        ("at_ms", "<u8"),
        ("lat", "<i4"),
        ("lon", "<i4"),
        ("sog", "<u2"),
        ("cog", "<u2"),
        ("heading", "<u2"),
        ("rot", "<i2"),
        ("altitude", "<u2"),
        ("flags", "<u4"),
        ("status", "u1"),
        ("kind", "u1"),
        ("ship_type", "u1"),
        ("group", "u1"),
        ("source", "u1"),
        ("reserved", "u1"),
    ]
)
assert DTYPE.itemsize == SIZE == 40

PackedReports = npt.NDArray[np.void]


class Station(NamedTuple):
    """Who reports, to whom, and what is known beside the motion; `ship_type` 0 is unknown."""

    mmsi: int
    kind: StationKind
    ship_type: int
    group: int
    flags: int
    source: Source = Source.AISSTREAM
    hypothesis: int = 0


class UnpackedReport(NamedTuple):
    """One packed report read back; `at_ms` is UTC epoch milliseconds."""

    station: Station
    at_ms: int
    motion: Motion


def key_of(mmsi: int, hypothesis: int) -> int:
    """Return the number under which a station is stored: its MMSI, if it is the only one there."""
    return mmsi | hypothesis << _HYPOTHESIS_SHIFT


def mmsi_of(key: int) -> int:
    """Return the MMSI of a station's key."""
    return key & _MMSI_MASK


def hypothesis_of(key: int) -> int:
    """Return which of the stations under its MMSI has this key, from 0."""
    return key >> _HYPOTHESIS_SHIFT


def keys_of(mmsi: int) -> list[int]:
    """Return all keys that stations under this MMSI may have."""
    return [key_of(mmsi, hypothesis) for hypothesis in range(MAX_HYPOTHESES)]


def pack(station: Station, at_ms: int, motion: Motion) -> bytes:
    """Return the 40 bytes of a report.

    The decoder refuses values that do not fit, such as speeds above 6,553 knots.
    """
    return pack_values(
        key_of(station.mmsi, station.hypothesis),
        at_ms,
        motion,
        station.flags,
        station.kind,
        station.ship_type,
        station.group,
        station.source,
    )


def pack_values(
    key: int,
    at_ms: int,
    motion: Motion,
    flags: int,
    kind: StationKind,
    ship_type: int | None,
    group: int,
    source: Source,
) -> bytes:
    """Return the 40 bytes of a report without a Station being made for it: the hot road."""
    sog, cog, heading = motion.sog_knots, motion.cog_deg, motion.heading_deg
    status, rot, altitude = motion.status, motion.rot_deg_min, motion.altitude_m
    return _PACK.pack(
        key,
        at_ms,
        round(motion.lat * DEGREE),
        round(motion.lon * DEGREE),
        NO_U16 if sog is None else round(sog * 10),
        NO_U16 if cog is None else round(cog * 10) % 3600,
        NO_U16 if heading is None else heading,
        _NO_TURN if rot is None else round(rot * 10),
        NO_U16 if altitude is None else altitude,
        flags,
        NO_STATUS if status is None else status,
        kind,
        ship_type or 0,
        group,
        source,
    )


def unpack(packed: bytes) -> UnpackedReport:
    """Return the values of one packed report.

    Raise struct.error for another size, ValueError for an unknown kind or source.
    """
    return from_row((*_PACK.unpack(packed), 0))


def from_row(row: tuple[Any, ...]) -> UnpackedReport:
    """Return the values of one row of PackedReports, as `.tolist()` gives it.

    Raise ValueError for an unknown kind or source.
    """
    key, at_ms, lat, lon, sog, cog, heading, rot, altitude, flags, *rest = row
    status, kind, ship_type, group, source, _ = rest
    motion = Motion(
        lat=lat / DEGREE,
        lon=lon / DEGREE,
        sog_knots=None if sog == NO_U16 else sog / 10,
        cog_deg=None if cog == NO_U16 else cog / 10,
        heading_deg=None if heading == NO_U16 else heading,
        status=None if status == NO_STATUS else status,
        rot_deg_min=None if rot == _NO_TURN else rot / 10,
        altitude_m=None if altitude == NO_U16 else altitude,
    )
    station = Station(
        mmsi=key & _MMSI_MASK,
        kind=StationKind(kind),
        ship_type=ship_type,
        group=group,
        flags=flags,
        source=Source(source),
        hypothesis=key >> _HYPOTHESIS_SHIFT,
    )
    return UnpackedReport(station, at_ms, motion)


def as_array(payload: bytes) -> PackedReports:
    """Return many packed reports as one structured array; a torn tail is dropped."""
    return np.frombuffer(payload, DTYPE, count=len(payload) // SIZE)
