"""Open-Meteo's Marine and Forecast APIs and OpenWeather's current weather, with their errors.

Lists of coordinates give a list of answers, one place a single one; `current` and `hourly` hold
what was named in the question and nothing else; over land the wave model has nulls.
"""

import time
from typing import Any, Final

from aiohttp import web

from maritime_app.sandbox.faults import FAULT_SWITCHES
from maritime_app.sandbox.weather import figures, sea
from maritime_app.sandbox.weather.figures import Figure

_MOST_PLACES: Final = 100
_HOURS: Final = 72
_KNOTS: Final = 1.943844


def mount(app: web.Application) -> None:
    """Serve everything under /weather."""
    app.router.add_get("/weather/v1/marine", marine)
    app.router.add_get("/weather/v1/forecast", forecast)
    app.router.add_get("/weather/data/2.5/weather", openweather)


async def marine(request: web.Request) -> web.Response:
    """Answer as the Marine API."""
    fault = _fault(request)
    if fault == "garbage":
        return web.Response(text="<html>", content_type="text/html")
    return _answer(request, figures.MARINE, no_sea=fault == "land")


async def forecast(request: web.Request) -> web.Response:
    """Answer as the Forecast API."""
    if _fault(request) == "no_wind":
        raise web.HTTPServiceUnavailable
    return _answer(request, figures.WIND)


async def openweather(request: web.Request) -> web.Response:
    """Answer as OpenWeather's current weather, in its standard units; any key but "wrong" works."""
    _fault(request)
    if request.query.get("appid", "wrong") == "wrong":
        return web.json_response({"cod": 401, "message": "Invalid API key."}, status=401)
    lat, lon, at = float(request.query["lat"]), float(request.query["lon"]), time.time()
    speed = round(sea.wind_knots(lat, lon, at) / _KNOTS, 2)
    answer = {
        "coord": {"lon": lon, "lat": lat},
        "weather": [{"id": 801, "main": "Clouds", "description": "few clouds", "icon": "02d"}],
        "main": {"temp": 290.15, "pressure": 1013, "humidity": 70},
        "visibility": 10_000,
        "wind": {"speed": speed, "deg": sea.direction_deg(lat, lon, at), "gust": speed * 1.4},
        "dt": int(at),
        "name": "Sandbox",
        "cod": 200,
    }
    return web.json_response(answer)


def _fault(request: web.Request) -> str:
    """Return the fault that is on; raise those that are a status of their own."""
    switches = request.app.get(FAULT_SWITCHES)
    fault = "" if switches is None else switches.faults.weather.fault
    if fault == "busy":
        raise web.HTTPTooManyRequests(headers={"Retry-After": "60"})
    if fault == "broken":
        raise web.HTTPInternalServerError
    return fault


def _answer(
    request: web.Request, known: dict[str, Figure], *, no_sea: bool = False
) -> web.Response:
    try:
        lats = [float(part) for part in request.query["latitude"].split(",")]
        lons = [float(part) for part in request.query["longitude"].split(",")]
    except (KeyError, ValueError):
        return _refuse("Parameter 'latitude' and 'longitude' must have the same number of elements")
    if len(lats) != len(lons) or len(lats) > _MOST_PLACES:
        return _refuse("Parameter 'latitude' and 'longitude' must have the same number of elements")
    asked = [request.query.get(name, "").split(",") for name in ("current", "hourly")]
    if unknown := [name for names in asked for name in names if name and name not in known]:
        return _refuse(f"Cannot initialize variable from invalid String value {unknown[0]}.")
    answers = [
        _place(lat, lon, asked, known, no_sea=no_sea) for lat, lon in zip(lats, lons, strict=True)
    ]
    return web.json_response(answers if len(answers) > 1 else answers[0])


def _place(
    lat: float, lon: float, asked: list[list[str]], known: dict[str, Figure], *, no_sea: bool
) -> dict[str, Any]:
    now = time.time() // 900 * 900
    marine_model = known is figures.MARINE
    cell_lat, cell_lon = sea.sea_cell(lat, lon) if marine_model else (lat, lon)
    dry = marine_model and (no_sea or sea.is_land(lat, lon))

    def value(name: str, at: float) -> float | None:
        return None if dry else known[name](cell_lat, cell_lon, at)

    times = [int(now // 3600 * 3600) + 3600 * hour for hour in range(_HOURS)]
    current, hourly = ([name for name in names if name] for names in asked)
    return {
        "latitude": cell_lat,
        "longitude": cell_lon,
        "generationtime_ms": 0.1,
        "utc_offset_seconds": 0,
        "timezone": "GMT",
        "current": {"time": int(now), "interval": 900} | {n: value(n, now) for n in current},
        "hourly": {"time": times} | {n: [value(n, at) for at in times] for n in hourly},
    }


def _refuse(reason: str) -> web.Response:
    return web.json_response({"error": True, "reason": reason}, status=400)
