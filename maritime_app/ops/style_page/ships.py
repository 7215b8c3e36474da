"""What lies on the live map's chart, of invented ships: the map's own scripts draw them."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Final

from maritime_app import clock
from maritime_app.vessels.model import FeedState

_TOLD_AT: Final = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
_NAME: Final = "Aurora Borealis"
_MMSI: Final = 237_999_900
_ACROSS: Final = 5
# The groups of ships, as the map's filter has them.
GROUPS: Final = (
    "passenger", "high-speed", "cargo", "tanker", "fishing", "pleasure", "service", "military",
    "aircraft", "base-station", "aid", "distress", "distress-test", "other",
)  # fmt: skip
FEEDS: Final = tuple(state.code for state in FeedState)


def pieces() -> dict[str, Any]:
    """Return what templates/ops/style_page/_ships.html shows."""
    return {
        "feeds": [SimpleNamespace(state=state, reason="2026-06-01") for state in FEEDS],
        "ship_groups": GROUPS,
        "heard_ships": [_heard(0, stale=False), _heard(1, stale=True)],
        "invented_ships": {
            "ships": _on_chart(),
            "cards": _cards(),
            "found": {"ships": [{"name": _NAME, "mmsi": _MMSI}], "ports": [_port()]},
            "weather": {"features": _waves(), "sources": ["Aurora"], "invented": True},
            "warning": _warning(),
        },
    }


def _on_chart() -> list[dict[str, Any]]:
    """Return a ship of each group under way, and one for whatever else a symbol says."""
    usual = {"group": "passenger", "knots": 18.5, "courseDeg": 60, "count": 1, "directed": True}
    symbols: list[dict[str, Any]] = [
        *({"group": group} for group in GROUPS),
        {"directed": False, "courseDeg": None, "knots": 0.1},  # it does not say where it points
        {"stale": True},
        {"bookable": True},
        {"chosen": True},
        {"count": 7},
        {"count": 1_234},
    ]
    return [
        {"name": _NAME, "stale": False, **usual, **said, "mmsi": _MMSI + at, **_at(at)}
        for at, said in enumerate(symbols)
    ]


def _at(number: int) -> dict[str, float]:
    """Return a place in the open sea, row by row from the north-west."""
    row, column = divmod(number, _ACROSS)
    return {"lon": 24.0 + 0.3 * column, "lat": 34.3 - 0.1 * row}


def _heard(number: int, *, stale: bool) -> SimpleNamespace:
    return SimpleNamespace(
        mmsi=_MMSI + number,
        name=None if stale else _NAME,
        type="passenger",
        status=None if stale else "under-way",
        sog_knots=None if stale else 18.5,
        destination=None if stale else "GR HER",
        reported_at=clock.now(),
        stale=stale,
    )


def _cards() -> list[dict[str, Any]]:
    """Return a ship that says everything, one that has fallen silent, and one nobody hears."""
    told = _told()
    silent = told | {
        "name": None,
        "imo": None,
        "destination": None,
        "eta_at": None,
        "eta": "2026-06-01",
        "eta_precision": "day",
        "predicted_arrival": {"median_at": None, "refusal": "no_destination"},
        "length_m": None,
        "flags": [],
        "position": _position(stale=True),
    }
    crossing = "Piraeus – Ancona"
    return [
        {"ship": told, "near": _near(in_harbour=False), "crossing": crossing},
        {"ship": silent, "near": _near(in_harbour=True), "crossing": None},
        {"ship": silent | {"position": None, "eta": None}, "near": None, "crossing": None},
    ]


def _told() -> dict[str, Any]:
    return {
        "name": _NAME,
        "type": "passenger",
        "mmsi": _MMSI,
        "imo": 9_999_993,
        "flag": "GR",
        "destination": "GR HER",
        "eta_at": _TOLD_AT.isoformat(),
        "predicted_arrival": _arrival(),
        "length_m": 176,
        "beam_m": 26,
        "flags": ["coarse"],
        "source": "sandbox",
        "position": _position(stale=False),
    }


def _arrival() -> dict[str, Any]:
    at = [_TOLD_AT.replace(minute=minute).isoformat() for minute in (12, 4, 31)]
    return {"median_at": at[0], "low_at": at[1], "high_at": at[2], "refusal": None}


def _position(*, stale: bool) -> dict[str, Any]:
    return {
        "status": "at-anchor" if stale else "under-way",
        "sog_knots": None if stale else 18.5,
        "cog_deg": None if stale else 152.0,
        "age_seconds": 1_500 if stale else 4,
        "stale": stale,
        "flags": [],
    }


def _near(*, in_harbour: bool) -> dict[str, Any]:
    close = {"name": _NAME, "mmsi": _MMSI, "distance_m": 1_900, "cpa_m": 180, "tcpa_seconds": 360}
    return {
        "in_harbour": in_harbour,
        "neighbours": [close | {"is_close": not in_harbour}],
    }


def _port() -> dict[str, Any]:
    return {
        "geometry": {"type": "Point", "coordinates": [23.6465, 37.9421]},
        "properties": {"code": "GRPIR", "name": "Piraeus", "country": "GR"},
    }


def _waves() -> list[dict[str, Any]]:
    """Return a point for each colour of the scale, west to east."""
    return [
        {
            "geometry": {"type": "Point", "coordinates": [24.0 + 0.3 * at, 33.87]},
            "properties": {
                "wave_height_m": height,
                "wind_knots": 4 + 9 * at,
                "wind_direction_deg": 45 * at,
            },
        }
        for at, height in enumerate((0.3, 0.9, 1.8, 3.1, 5.2))
    ]


def _warning() -> dict[str, Any]:
    return {
        "id": "invented",
        "title": "Aurora 7/26",
        "kind": "danger-area",
        "publisher": "Aurora",
        "starts_at": _TOLD_AT.isoformat(),
        "ends_at": None,
        "invented": True,
    }
