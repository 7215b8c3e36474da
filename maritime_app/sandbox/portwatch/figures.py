"""Invented days, ports and disruptions under the names of PortWatch's layers.

The same seed and day give the same figures; the newest day is some days back, as the real one is.
"""

import math
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import iso3166

from maritime_app.ferries.demo.codec import load_world
from maritime_app.ferries.demo.model import DemoPort

DAILY: Final = "Daily_Ports_Data"
PORTS: Final = "PortWatch_ports_database"
DISRUPTIONS: Final = "portwatch_disruptions_database"
LAG_DAYS: Final = 6
_FIRST_DAYS: Final = 3 * 365
_TYPES: Final = {
    "container": (0.22, 21_000),
    "dry_bulk": (0.1, 34_000),
    "general_cargo": (0.24, 4_200),
    "roro": (0.34, 5_600),
    "tanker": (0.1, 28_000),
}
_STORM_DAYS: Final = 9

Row = Mapping[str, Any]


def portid(number: int) -> str:
    """Return the invented id of a demo port: beyond every real one."""
    return f"port{900_001 + number}"


def rows(layer: str, seed: int, today: date, only: str = "") -> Iterator[Row]:
    """Yield the rows of a layer by their ObjectId; of the days `only` those of one port by its id.

    Raise KeyError for an unknown layer.
    """
    if layer == DAILY:
        return _days(seed, today, only)
    return {PORTS: _ports, DISRUPTIONS: _disruptions}[layer](seed, today)


def _ports(seed: int, today: date) -> Iterator[Row]:
    del today
    for number, port in enumerate(load_world().ports):
        total = round(_size(seed, port) * 365)
        yield {
            **_named(number, port),
            "continent": "Europe",
            "fullname": f"{port.name}, {iso3166.countries_by_alpha2[port.country].name}",
            "lat": port.lat,
            "lon": port.lon,
            "vessel_count_total": total,
            "LOCODE": f"{port.code[:2]} {port.code[2:]}",
            "ObjectId": number + 1,
        }


def _days(seed: int, today: date, only: str) -> Iterator[Row]:
    last = today - timedelta(days=LAG_DAYS)
    for number, port in enumerate(load_world().ports):
        if only not in ("", portid(number)):
            continue
        for back in range(_FIRST_DAYS, -1, -1):
            day = last - timedelta(days=back)
            object_id = number * 100_000 + day.toordinal() % 100_000 + 1
            yield {
                "date": day.isoformat(),
                "year": day.year,
                "month": day.month,
                "day": day.day,
                **_named(number, port),
                **_figures(seed, number, port, day, today),
                "ObjectId": object_id,
            }


def _figures(seed: int, number: int, port: DemoPort, day: date, today: date) -> dict[str, Any]:
    dice = random.Random(f"{seed}:{port.code}:{day}")
    season = 1 + 0.18 * math.sin(day.timetuple().tm_yday / 58 + number)
    growth = 1 + 0.04 * (day - today).days / 365
    storm = 0.35 if _in_storm(number, day, today) else 1.0
    calls: dict[str, int] = {}
    tons: dict[str, Any] = {}
    for kind, (share, cargo) in _TYPES.items():
        mean = _size(seed, port) * share * season * growth * storm
        calls[kind] = max(0, round(dice.gauss(mean, 0.35 * math.sqrt(mean + 0.2))))
        for way in ("import", "export"):
            tons[f"{way}_{kind}"] = round(calls[kind] * cargo * dice.uniform(0.2, 0.7), 4)
    cargo_calls = sum(calls.values()) - calls["tanker"]
    found: dict[str, Any] = {f"portcalls_{kind}": count for kind, count in calls.items()}
    found |= {"portcalls_cargo": cargo_calls, "portcalls": sum(calls.values())} | tons
    for way in ("import", "export"):
        found[way] = round(sum(tons[f"{way}_{kind}"] for kind in _TYPES), 4)
        found[f"{way}_cargo"] = round(found[way] - tons[f"{way}_tanker"], 4)
    return found


def _disruptions(seed: int, today: date) -> Iterator[Row]:
    del seed
    begin, end = _storm(today)
    last = today - timedelta(days=30)
    hit = ";".join(portid(number) for number in range(len(load_world().ports)) if _is_hit(number))
    storm = f"Tropical Cyclone SANDBOX-{begin:%y}"
    yield _event(1, "TC", f"SANDBOX-{begin:%y}", storm, "RED", (begin, end), hit)
    yield _event(2, "OT", "STRIKE", "Strike of the sandbox's pilots", "ORANGE", (last, None), hit)
    yield _event(3, "FL", "FAR-AWAY", "Flood that names no port", "GREEN", (begin, end), None)


def _event(
    number: int,
    kind: str,
    name: str,
    title: str,
    level: str,
    span: tuple[date, date | None],
    affected: str | None,
) -> Row:
    since, until = span
    return {
        "eventid": 9_000_000 + number,
        "eventtype": kind,
        "eventname": name,
        "htmlname": f"{title} (invented)",
        "htmldescription": f"{title}, invented by the sandbox.",
        "alertlevel": level,
        "country": None,
        "fromdate": _epoch_ms(since),
        "year": 2019,  # wrong, as it sometimes is
        "todate": _epoch_ms(until) if until else None,
        "severitytext": "",
        "affectedports": affected,
        "n_affectedports": len(affected.split(";")) if affected else 0,
        "ObjectId": number,
    }


def _storm(today: date) -> tuple[date, date]:
    begin = today - timedelta(days=95)
    return begin, begin + timedelta(days=_STORM_DAYS)


def _in_storm(number: int, day: date, today: date) -> bool:
    begin, end = _storm(today)
    return _is_hit(number) and begin <= day <= end


def _is_hit(number: int) -> bool:
    return number % 3 == 0


def _size(seed: int, port: DemoPort) -> float:
    """Return how many ships call at a port on a usual day."""
    return random.Random(f"{seed}:{port.code}").uniform(4, 26)


def _named(number: int, port: DemoPort) -> dict[str, Any]:
    country = iso3166.countries_by_alpha2[port.country]
    return {
        "portid": portid(number),
        "portname": port.name,
        "country": country.name,
        "ISO3": country.alpha3,
    }


def _epoch_ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
