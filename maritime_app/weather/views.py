"""Weather as a response and for a page. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from maritime_app.outside_data.model import Reading
from maritime_app.weather.crossing import Waypoint
from maritime_app.weather.model import Hour, MarineWeather, place_of
from maritime_app.weather.responses import (
    CrossingWeatherResponse,
    WaypointResponse,
    WeatherResponse,
)

# Beaufort's scale by its upper bounds in knots (WMO, Manual on Marine Meteorological Services).
_BEAUFORT_BELOW: Final = (1, 4, 7, 11, 17, 22, 28, 34, 41, 48, 56, 64)
_HALF_HOUR: Final = timedelta(minutes=31)


def weather_response(
    place: tuple[float, float],
    cell: str,
    weather: MarineWeather,
    reading: Reading,
    at: datetime | None,
) -> WeatherResponse:
    """Return what a copy says about its cell."""
    cell_lat, cell_lng = place_of(cell)
    wind = weather.wind
    return WeatherResponse(
        lat=place[0],
        lng=place[1],
        cell=cell,
        cell_lat=cell_lat,
        cell_lng=cell_lng,
        waves=weather.waves,
        wind=wind,
        beaufort=None if wind is None else beaufort(wind.speed_knots),
        forecast=None if at is None else hour_of(weather.hours, at),
        sources=sorted({part.source for part in (weather.waves, wind) if part}),
        retrieved_at=reading.copy.retrieved_at,
        age_seconds=reading.age.total_seconds(),
        stale=reading.stale,
        invented=weather.invented,
    )


def crossing_response(
    waypoints: Sequence[Waypoint], answers: Sequence[WeatherResponse]
) -> CrossingWeatherResponse:
    """Return the forecasts of a crossing's places as one answer."""
    oldest = min(answers, key=lambda answer: answer.retrieved_at)
    return CrossingWeatherResponse(
        waypoints=[
            WaypointResponse(
                round(place.lat, 4),
                round(place.lon, 4),
                place.at,
                answer.forecast,
                None if answer.forecast is None else beaufort(answer.forecast.wind_knots),
            )
            for place, answer in zip(waypoints, answers, strict=True)
        ],
        is_forecast=any(answer.forecast is not None for answer in answers),
        sources=sorted({name for answer in answers for name in answer.sources}),
        retrieved_at=oldest.retrieved_at,
        age_seconds=oldest.age_seconds,
        stale=any(answer.stale for answer in answers),
        invented=any(answer.invented for answer in answers),
    )


def hour_of(hours: list[Hour], at: datetime) -> Hour | None:
    """Return the forecast for the hour nearest to an instant, None beyond it."""
    near = min(hours, key=lambda hour: abs(hour.at - at), default=None)
    return near if near is not None and abs(near.at - at) < _HALF_HOUR else None


def beaufort(knots: float | None) -> int | None:
    """Return the wind force 0 to 12."""
    if knots is None:
        return None
    return next((force for force, below in enumerate(_BEAUFORT_BELOW) if knots < below), 12)
