"""The weather at a place and time, and along a crossing, from the last good copies."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from maritime_app.errors import Invalid
from maritime_app.outside_data import service as outside_data
from maritime_app.outside_data.model import Pending
from maritime_app.resources import Resources
from maritime_app.weather import pulling, views
from maritime_app.weather.crossing import Crossing, Waypoint
from maritime_app.weather.model import MarineWeather, cell_of
from maritime_app.weather.responses import CrossingWeatherResponse, WeatherResponse

_LONGEST_CROSSING_DAYS: Final = 7
_SPENT_SECONDS: Final = 3_600  # come back so much later, where the day's allowance is used up
_decode = msgspec.json.Decoder(MarineWeather).decode


class NotYet(msgspec.Struct, frozen=True):
    """Nobody has asked for that place lately: a job is on its way."""

    retry_after_seconds: int


async def weather_at(
    res: Resources, lat: float, lon: float, at: datetime | None = None
) -> WeatherResponse | NotYet:
    """Return the weather of the cell around a place, with the forecast for `at` if it is given.

    Never waits for a weather service. Raise Invalid for a place that is not on earth.
    """
    _check(lat, lon)
    may_pull = await pulling.demand(res, [cell_of(lat, lon)])
    return await _read(res, Waypoint(lat, lon, at), may_pull=may_pull)


async def weather_along(res: Resources, crossing: Crossing) -> CrossingWeatherResponse | NotYet:
    """Return the forecast at five places of a crossing, each for when the ship is there.

    Places are on the great circle at even speed. Raise Invalid for ends that are not on earth, or
    an arrival that is not after the departure and within a week of it.
    """
    _check(*crossing.origin)
    _check(*crossing.destination)
    if not 0 < crossing.duration.total_seconds() <= _LONGEST_CROSSING_DAYS * 86_400:
        wrong = {"arrives": "This must be within a week of the departure."}
        raise Invalid("This is no crossing.", wrong)
    waypoints = crossing.waypoints()
    may_pull = await pulling.demand(res, [cell_of(each.lat, each.lon) for each in waypoints])
    answers = await asyncio.gather(*(_read(res, each, may_pull=may_pull) for each in waypoints))
    return _complete(waypoints, answers)


def _complete(
    waypoints: Sequence[Waypoint], answers: Sequence[WeatherResponse | NotYet]
) -> CrossingWeatherResponse | NotYet:
    present = [answer for answer in answers if isinstance(answer, WeatherResponse)]
    if len(present) < len(answers):
        return NotYet(max(a.retry_after_seconds for a in answers if isinstance(a, NotYet)))
    return views.crossing_response(waypoints, present)


async def _read(res: Resources, place: Waypoint, *, may_pull: bool) -> WeatherResponse | NotYet:
    cell, source = cell_of(place.lat, place.lon), pulling.source_of(res)
    if may_pull:
        reading = await outside_data.read(res, source, cell)
    else:
        reading = await outside_data.newest(res, source, cell) or Pending(source, _SPENT_SECONDS)
    if isinstance(reading, Pending):
        return NotYet(reading.retry_after_seconds)
    weather = _decode(reading.copy.body)
    return views.weather_response((place.lat, place.lon), cell, weather, reading, place.at)


def _check(lat: float, lon: float) -> None:
    """Raise Invalid for a place that is not on earth (NaN is not)."""
    wrong = {}
    if not -90 <= lat <= 90:
        wrong["lat"] = "Between -90 and 90 degrees."
    if not -180 <= lon <= 180:
        wrong["lng"] = "Between -180 and 180 degrees."
    if wrong:
        raise Invalid("This place is not on earth.", wrong)
