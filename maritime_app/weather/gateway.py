"""The one file that speaks to the weather services: Open-Meteo, and OpenWeather with a key."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from maritime_app.infra.upstreams.http import Fault, Upstream, UpstreamError
from maritime_app.resources import Resources
from maritime_app.weather import codec

_MARINE_URL: Final = "https://marine-api.open-meteo.com"
_WIND_URL: Final = "https://api.open-meteo.com"
_OPENWEATHER_URL: Final = "https://api.openweathermap.org"
_FORECAST_DAYS: Final = 3

Place = tuple[float, float]  # latitude, longitude


async def marine(res: Resources, places: Sequence[Place]) -> list[dict[str, Any]]:
    """Return the wave model's answer for each place, by its nearest sea cell.

    One call for all of them. Raise UpstreamError when there is none that can be used.
    """
    url = res.settings.weather.marine_url or _MARINE_URL
    figures = {
        "current": ",".join(codec.MARINE_CURRENT),
        "hourly": ",".join(codec.MARINE_HOURLY),
        "cell_selection": "sea",
    }
    return await _open_meteo(res, "open_meteo_marine", url, "/v1/marine", figures, places)


async def wind(res: Resources, places: Sequence[Place]) -> list[dict[str, Any]]:
    """Return Open-Meteo's wind and visibility for each place; one call for all of them."""
    url = res.settings.weather.wind_url or _WIND_URL
    figures = {
        "current": ",".join(codec.WIND_CURRENT),
        "hourly": ",".join(codec.WIND_HOURLY),
        "wind_speed_unit": "kn",
    }
    return await _open_meteo(res, "open_meteo", url, "/v1/forecast", figures, places)


async def openweather(res: Resources, place: Place) -> dict[str, Any]:
    """Return OpenWeather's current weather at one place. Raise UpstreamError without any."""
    config = res.settings.weather
    upstream = Upstream(
        res.http,
        "openweather",
        config.openweather_url or _OPENWEATHER_URL,
        title="OpenWeather",
        deadline_seconds=config.timeout_seconds,
    )
    query = urlencode({"lat": place[0], "lon": place[1], "appid": config.openweather_key})
    answer = await upstream.get_json(f"/data/2.5/weather?{query}", dict[str, Any])
    if not isinstance(answer.get("wind"), dict):
        message = "OpenWeather sends an answer in no known form."
        raise UpstreamError(message, Fault.MALFORMED, code="openweather")
    return answer


async def _open_meteo(
    res: Resources,
    name: str,
    url: str,
    path: str,
    figures: dict[str, Any],
    places: Sequence[Place],
) -> list[dict[str, Any]]:
    upstream = Upstream(
        res.http,
        name,
        url,
        title="Open-Meteo",
        deadline_seconds=res.settings.weather.timeout_seconds,
    )
    where = {
        "latitude": ",".join(f"{lat:.1f}" for lat, _ in places),
        "longitude": ",".join(f"{lon:.1f}" for _, lon in places),
        "timeformat": "unixtime",
        "timezone": "GMT",
        "forecast_days": _FORECAST_DAYS,
    }
    body = await upstream.get_json(f"{path}?{urlencode(figures | where)}", Any)
    try:
        return codec.answers(body, len(places))
    except ValueError as error:
        message = "Open-Meteo sends an answer in no known form."
        raise UpstreamError(message, Fault.MALFORMED, code=name) from error
