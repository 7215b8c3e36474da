"""The same stream for scripts: a tile's change or snapshot, and the beat, as JSON text frames."""

import math
from typing import Any

import msgspec

from maritime_app.vessels.map import frames
from maritime_app.vessels.map.columns import Columns
from maritime_app.vessels.map.mercator import Ints
from maritime_app.vessels.map.tile import Tile
from maritime_app.vessels.model import FeedHealth
from maritime_app.vessels.packed_report import DEGREE, NO_STATUS, NO_U16
from maritime_app.vessels.types import Group, status_code

_encode = msgspec.json.Encoder().encode


def tick(number: int, now_ms: int, health: FeedHealth, ships: int) -> bytes:
    """The beat: server time and the feed's health."""
    feed = {
        "state": health.state.name.lower(),
        "reason": health.reason,
        "age_ms": health.age_ms(now_ms),
        "sandbox": health.sandbox,
    }
    beat = {"type": "tick", "tick": number, "server_time_ms": now_ms, "ships": ships, "feed": feed}
    return frames.text(_encode(beat))


def tile(tile: Tile, columns: Columns, handles: Ints, gone: list[int], *, snapshot: bool) -> bytes:
    """A tile's ships (all, or the changed ones) and the MMSIs that left it."""
    answer = {
        "type": "tile",
        "tile": tile.id,
        "sequence": tile.sequence,
        "snapshot": snapshot,
        "vessels": vessels(columns, handles),
        "gone": gone,
    }
    return frames.text(_encode(answer))


def error(message: str) -> bytes:
    """What is wrong with what the client sent."""
    return frames.text(_encode({"type": "error", "message": message}))


def vessels(columns: Columns, handles: Ints) -> list[dict[str, Any]]:
    """Ships as the JSON interfaces show them: degrees, knots, UTC epoch milliseconds; unknown is
    null.
    """
    found = []
    for row in columns.rows[handles].tolist():
        mmsi, at_ms, lat, lon, sog, cog, heading, status, _, ship_type, _, flags, group = row
        told = columns.particulars.get(mmsi)
        found.append(
            {
                "mmsi": mmsi,
                "name": told.name if told else None,
                "lat": lat / DEGREE,
                "lon": lon / DEGREE,
                "sog_knots": None if sog == NO_U16 else sog / 10,
                "cog_deg": None if cog == NO_U16 else cog / 10,
                "heading_deg": None if heading == NO_U16 else heading,
                "status": None if status == NO_STATUS else status_code(status),
                "type": Group(group).code,
                "ship_type": ship_type or None,
                "at_ms": math.floor(at_ms),
                "flags": flags,
            }
        )
    return found
