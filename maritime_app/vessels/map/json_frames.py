"""The live map's stream for scripts: ticks, tiles and errors as JSON text frames.

Degrees, knots, UTC epoch milliseconds; what is not known is null (docs/map-protocol.md).
"""

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from maritime_app.vessels.codes.flags import flag_codes
from maritime_app.vessels.codes.ship_types import ShipGroup, status_code
from maritime_app.vessels.live import packed_report
from maritime_app.vessels.map import frames
from maritime_app.vessels.map.columns import Columns
from maritime_app.vessels.map.mercator import Ints, TileId
from maritime_app.vessels.map.tile import Tile
from maritime_app.vessels.model import FeedHealth

_encode = msgspec.json.Encoder().encode


class FeedPart(Struct, frozen=True):
    """The feed's health inside a tick."""

    state: str
    reason: str
    age_ms: int | None
    sandbox: bool


class TickFrame(Struct, frozen=True):
    """Server time and the feed's health, each second."""

    tick: int
    server_time_ms: int
    ships: int
    feed: FeedPart
    type: Literal["tick"] = "tick"


class MapVessel(Struct, frozen=True):
    """One ship of a tile; `flags` are bits, `flag_names` the same in words.

    `key` is the MMSI, or a larger number for the second of two stations that share one.
    """

    key: int
    mmsi: int
    name: str | None
    lat: float
    lon: float
    sog_knots: float | None
    cog_deg: float | None
    heading_deg: int | None
    status: str | None
    type: str
    ship_type: int | None
    at_ms: int
    flags: int
    flag_names: list[str]
    source: str


class TileFrame(Struct, frozen=True):
    """A tile's ships, all or the changed ones, and the keys that left it."""

    tile: TileId
    sequence: int
    snapshot: bool
    vessels: list[MapVessel]
    gone: Sequence[int]
    type: Literal["tile"] = "tile"


class ErrorFrame(Struct, frozen=True):
    """What is wrong with a client's message."""

    message: str
    type: Literal["error"] = "error"


def tick(number: int, now_ms: int, health: FeedHealth, ships: int) -> bytes:
    """Return the frame of a tick."""
    feed = FeedPart(health.state.code, health.reason, health.age_ms(now_ms), health.sandbox)
    return frames.text(_encode(TickFrame(number, now_ms, ships, feed)))


def tile(
    tile: Tile, columns: Columns, handles: Ints, gone: Sequence[int], *, snapshot: bool
) -> bytes:
    """Return the frame of a tile's change, or of all its ships."""
    ships = vessels(columns, handles)
    return frames.text(_encode(TileFrame(tile.id, tile.sequence, snapshot, ships, gone)))


def error(message: str) -> bytes:
    """Return the frame that says what is wrong with a client's message."""
    return frames.text(_encode(ErrorFrame(message)))


def vessels(columns: Columns, handles: Ints) -> list[MapVessel]:
    """Return the ships behind these handles."""
    ships = []
    for row in columns.rows.take(handles).tolist():
        station, at_ms, motion = packed_report.from_row(row)
        known = columns.known.get(station.mmsi)
        ships.append(
            MapVessel(
                key=row[0],
                mmsi=station.mmsi,
                name=known.particulars.name if known is not None else None,
                lat=motion.lat,
                lon=motion.lon,
                sog_knots=motion.sog_knots,
                cog_deg=motion.cog_deg,
                heading_deg=motion.heading_deg,
                status=status_code(motion.status),
                type=ShipGroup(station.group).code,
                ship_type=station.ship_type or None,
                at_ms=at_ms,
                flags=station.flags,
                flag_names=flag_codes(station.flags),
                source=station.source.code,
            )
        )
    return ships
