"""Frames for the tests, written as the feed writes them."""

import gzip
import json
from pathlib import Path

from maritime_app.vessels.ais.encode import Sender, position_a
from maritime_app.vessels.ais.times import go_time
from maritime_app.vessels.model import Motion

DATA = Path(__file__).parent / "data"
AURORA, NEREID = 230_111_000, 239_222_000
NOON_MS = 1_787_227_200_000  # 2026-08-20 12:00 UTC


def recorded() -> list[bytes]:
    """Real messages of ten types."""
    with gzip.open(DATA / "frames.jsonl.gz") as lines:
        return [line.strip() for line in lines]


def position(
    mmsi: int,
    lat: float,
    lon: float,
    at_ms: int,
    sog: float | None = 12.0,
    cog: float | None = 90.0,
) -> bytes:
    """A class A report under way."""
    sender = Sender(mmsi, "", lat, lon, at_ms * 1_000_000)
    return position_a(
        sender, Motion(lat, lon, sog, cog, None if cog is None else round(cog), 0)
    ).body


def frame(
    message_type: str,
    at_ms: int = NOON_MS,
    meta: str = "MetaData",
    ship_name: str = "",
    **fields: object,
) -> bytes:
    """Any message, with only the fields that are given."""
    body = {"UserID": AURORA, "Valid": True, **fields}
    envelope = {
        "MMSI": body["UserID"],
        "ShipName": ship_name,
        "time_utc": go_time(at_ms * 1_000_000),
    }
    return json.dumps(
        {"MessageType": message_type, meta: envelope, "Message": {message_type: body}}
    ).encode()
