"""A ship's last report as 32 packed bytes: what Redis keeps, and what the delta stream is made of."""

import struct
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from maritime_app.vessels.model import Kind, Motion

# Little endian: mmsi, report time (epoch ms), latitude and longitude (1e-7 degree; AIS has
# 1/600000), speed (0.1 kn), course (0.1 degree), heading (degree), status, kind, ship type, turn,
# flags, group.
_PACK = struct.Struct("<IQiiHHHBBBbBB")
SIZE = _PACK.size
DEGREE = 1e7
NO_U16 = 0xFFFF
NO_STATUS = 0xFF
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

Records = npt.NDArray[np.void]


class Of(NamedTuple):
    """Whose record it is, and what is known beside the motion; `ship_type` 0 is unknown."""

    mmsi: int
    kind: Kind
    ship_type: int
    group: int
    flags: int


class Unpacked(NamedTuple):
    """One record read back."""

    of: Of
    at_ms: int
    motion: Motion


def pack(of: Of, at_ms: int, motion: Motion) -> bytes:
    """One record of 32 bytes.

    Speeds over 6,553 kn and the like cannot occur: the decoder refuses them.
    """
    sog, cog, heading = motion.sog_knots, motion.cog_deg, motion.heading_deg
    status, rot = motion.status, motion.rot_deg_min
    return _PACK.pack(
        of.mmsi,
        at_ms,
        round(motion.lat * DEGREE),
        round(motion.lon * DEGREE),
        NO_U16 if sog is None else round(sog * 10),
        NO_U16 if cog is None else round(cog * 10) % 3600,
        NO_U16 if heading is None else heading,
        NO_STATUS if status is None else status,
        of.kind,
        of.ship_type,
        -128 if rot is None else max(-127, min(127, round(rot / 6))),
        of.flags & 0xFF,
        of.group,
    )


def unpack(record: bytes) -> Unpacked:
    """The values of one record.

    Raises struct.error for another size, ValueError for an unknown kind.
    """
    mmsi, at_ms, lat, lon, sog, cog, heading, status, kind, ship_type, rot, flags, group = (
        _PACK.unpack(record)
    )
    motion = Motion(
        lat / DEGREE,
        lon / DEGREE,
        None if sog == NO_U16 else sog / 10,
        None if cog == NO_U16 else cog / 10,
        None if heading == NO_U16 else heading,
        None if status == NO_STATUS else status,
        None if rot == -128 else rot * 6.0,
    )
    return Unpacked(Of(mmsi, Kind(kind), ship_type, group, flags), at_ms, motion)


def read(payload: bytes) -> Records:
    """Many records as one structured array; a torn tail is dropped."""
    return np.frombuffer(payload, DTYPE, count=len(payload) // SIZE)
