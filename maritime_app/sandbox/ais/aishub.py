"""/aishub/ws.php: the ships of the feed as AISHub answers, in its two formats and with its errors.

Once a minute, for the user name "sandbox".
"""

import gzip
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from aiohttp import web

from maritime_app.sandbox.ais.feed import Feed
from maritime_app.sandbox.ais.ships import SandboxShip
from maritime_app.sandbox.faults import FAULT_SWITCHES

PATH: Final = "/aishub/ws.php"
USER_NAME: Final = "sandbox"
_PAUSE_SECONDS: Final = 55.0  # a minute, less the journeys of two questions
_LATE_SECONDS: Final = 60.0  # its snapshots are a minute old and more
_NO_TURN: Final = 128
ASKED: web.AppKey[list[float]] = web.AppKey("sandbox_aishub_asked", list[float])


def mount(app: web.Application, feed: web.AppKey[Feed]) -> None:
    """Serve the ships that report to this feed."""
    app[ASKED] = []

    async def show(request: web.Request) -> web.Response:
        answer = _refusal(request)
        if answer is None:
            reporter = app[feed].reporter
            ships = [] if reporter is None else reporter.ships
            answer = _snapshot(request, ships)
        if request.query.get("compress") == "2" and answer.startswith(b"["):
            return web.Response(body=gzip.compress(answer, 3), content_type="application/gzip")
        return web.Response(body=answer, content_type="application/json")

    app.router.add_get(PATH, show)


def _refusal(request: web.Request) -> bytes | None:
    """Return what it answers instead of ships, if anything."""
    board = request.app.get(FAULT_SWITCHES)
    fault = "" if board is None else board.faults.aishub.fault
    if fault == "busy":
        raise web.HTTPServiceUnavailable(headers={"Retry-After": "60"})
    if fault == "garbage":
        return b"<html>Bad gateway</html>"
    if fault == "error":
        return _error("Internal error!")
    if request.query.get("username") != USER_NAME:
        return _error("Invalid username!")
    asked = request.app[ASKED]
    too_early = bool(asked) and time.monotonic() - asked[-1] < _PAUSE_SECONDS
    if fault == "empty":
        return b""
    if too_early or fault == "too_frequent":
        return _error("Too frequent requests!")
    asked[:] = [time.monotonic()]
    return None


def _error(message: str) -> bytes:
    return msgspec.json.encode([{"ERROR": True, "USERNAME": "", "ERROR_MESSAGE": message}])


def _snapshot(request: web.Request, ships: list[SandboxShip]) -> bytes:
    readable = request.query.get("format", "0") == "1"
    at = datetime.fromtimestamp(time.time() - _LATE_SECONDS, UTC)
    rows = list(_rows(ships, at, readable=readable))
    head = {
        "ERROR": False,
        "USERNAME": USER_NAME,
        "FORMAT": "HUMAN" if readable else "AIS",
        "RECORDS": len(rows),
    }
    return msgspec.json.encode([head, rows])


def _rows(ships: list[SandboxShip], at: datetime, *, readable: bool) -> Iterator[dict[str, Any]]:
    for ship in ships:
        motion, (known, eta) = ship.motion(at), ship.voyage(at)
        degree, tenth = (1, 1) if readable else (600_000, 10)
        cog = 360.0 if motion.cog_deg is None else motion.cog_deg
        sog = 102.3 if motion.sog_knots is None else motion.sog_knots
        yield {
            "MMSI": ship.mmsi,
            "TIME": f"{at:%Y-%m-%d %H:%M:%S} GMT" if readable else str(int(at.timestamp())),
            "LONGITUDE": round(motion.lon * degree, 5) if readable else round(motion.lon * degree),
            "LATITUDE": round(motion.lat * degree, 5) if readable else round(motion.lat * degree),
            "COG": cog if readable else round(cog * tenth),
            "SOG": sog if readable else round(sog * tenth),
            "HEADING": 511 if motion.heading_deg is None else motion.heading_deg,
            "ROT": _NO_TURN if motion.rot_deg_min is None else 0,
            "NAVSTAT": 15 if motion.status is None else int(motion.status),
            "IMO": known.imo or 0,
            "NAME": (known.name or "").upper(),
            "CALLSIGN": known.callsign or "",
            "TYPE": known.ship_type or 0,
            "A": known.to_bow_m or 0,
            "B": known.to_stern_m or 0,
            "C": known.to_port_m or 0,
            "D": known.to_starboard_m or 0,
            "DRAUGHT": (known.draught_m or 0) if readable else round((known.draught_m or 0) * 10),
            "DEST": (known.destination or "").upper(),
            "ETA": _eta(eta, readable=readable),
        }


def _eta(eta: datetime | None, *, readable: bool) -> str | int:
    month, day, hour, minute = (
        (0, 0, 24, 60) if eta is None else (eta.month, eta.day, eta.hour, eta.minute)
    )
    if readable:
        return f"{month:02d}-{day:02d} {hour:02d}:{minute:02d}"
    return month << 16 | day << 11 | hour << 6 | minute
