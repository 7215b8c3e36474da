"""Which ships a request asks for, out of the columns of this process."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from maritime_app.geo import Box
from maritime_app.vessels.live import packed_report
from maritime_app.vessels.live.packed_report import DEGREE, NO_U16, PackedReports
from maritime_app.vessels.map.columns import Columns
from maritime_app.vessels.map.mercator import Ints

Mask = npt.NDArray[np.bool_]
_MMSI_BITS = np.uint32((1 << 30) - 1)
_MILLION = 1_000_000


class Selection(Struct, frozen=True, kw_only=True):
    """What ships must be like; an empty list and None leave all in. Degrees, knots, epoch ms.

    `mids` are maritime identification digits, those of ships only. `mmsis` and `imos` name ships.
    """

    box: Box
    oldest_ms: int
    groups: Sequence[int] = ()
    statuses: Sequence[int] = ()
    sources: Sequence[int] = ()
    mids: Sequence[int] = ()
    mmsis: Sequence[int] = ()
    imos: Sequence[int] = ()
    speed_min: float | None = None
    speed_max: float | None = None


def select(columns: Columns, wanted: Selection) -> Ints:
    """Return the handles of the ships that are so, in no particular order."""
    if wanted.mmsis or wanted.imos:
        named = _named(columns, wanted)
        return named[_mask(columns.rows.take(named), wanted)]
    return np.flatnonzero(_mask(columns.rows[: columns.count], wanted))


def newest_first(columns: Columns, handles: Ints) -> Ints:
    """Return the handles in the order of their reports, the newest first."""
    at = columns.rows["at_ms"][handles].astype(np.int64)
    return handles[np.argsort(-at, kind="stable")]


def after(columns: Columns, handles: Ints, key: int, limit: int) -> tuple[Ints, int | None]:
    """Return the first `limit` handles with a greater key, by key, and the key to go on from.

    None when these are the last.
    """
    keys = columns.rows["key"][handles].astype(np.int64)
    handles, keys = handles[keys > key], keys[keys > key]
    order = np.argsort(keys)[: limit + 1]
    page = handles[order][:limit]
    return page, int(keys[order[limit - 1]]) if len(order) > limit else None


def _named(columns: Columns, wanted: Selection) -> Ints:
    """Return the handles of the ships with one of the numbers."""
    mmsis = set(wanted.mmsis)
    if wanted.imos:
        imos = set(wanted.imos)
        mmsis |= {mmsi for mmsi, known in columns.known.items() if known.particulars.imo in imos}
    keys = [key for mmsi in mmsis for key in packed_report.keys_of(mmsi)]
    return columns.handles_of(keys)


def _mask(rows: PackedReports, wanted: Selection) -> Mask:
    lat, lon, box = rows["lat"], rows["lon"], wanted.box
    west, east = round(box.lon_min * DEGREE), round(box.lon_max * DEGREE)
    inside = (lat >= round(box.lat_min * DEGREE)) & (lat <= round(box.lat_max * DEGREE))
    inside &= (lon >= west) & (lon <= east) if west <= east else (lon >= west) | (lon <= east)
    inside &= rows["at_ms"] >= max(1, wanted.oldest_ms)  # a free handle has 0
    for name, values in (
        ("group", wanted.groups),
        ("status", wanted.statuses),
        ("source", wanted.sources),
    ):
        if values:
            inside &= np.isin(rows[name], list(values))
    if wanted.mids:
        inside &= np.isin((rows["key"] & _MMSI_BITS) // _MILLION, list(wanted.mids))
    sog = rows["sog"]
    if wanted.speed_min is not None:
        inside &= (sog != NO_U16) & (sog >= wanted.speed_min * 10)
    if wanted.speed_max is not None:
        inside &= (sog != NO_U16) & (sog <= wanted.speed_max * 10)
    return inside
