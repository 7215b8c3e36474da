"""What is known of the weather at the points of a box; the rest is pulled by a job."""

from datetime import timedelta
from typing import Final

import msgspec

from maritime_app import clock
from maritime_app.geo import Box
from maritime_app.outside_data import service as outside_data
from maritime_app.outside_data.model import Reading
from maritime_app.resources import Resources
from maritime_app.weather import pulling
from maritime_app.weather.grid.lattice import lattice_in
from maritime_app.weather.grid.responses import (
    GridPoint,
    GridPointGeometry,
    GridPointWeather,
    WeatherGridResponse,
)
from maritime_app.weather.model import MarineWeather, place_of

# A sea that was so long ago is not drawn: it would be taken for the sea now.
_OLDEST: Final = timedelta(hours=3)
# Everybody who opens the map may look at the world's 126 points: pulled each two hours they take a
# third of a day's allowance.
_WORLD_FOR: Final = timedelta(hours=2)
# The wave model's cell is up to 0.25 degrees across. Further than one, the point is on land.
_FARTHEST_SEA_KM: Final = 20.0
_RETRY_AFTER_SECONDS: Final = 5
_decode = msgspec.json.Decoder(MarineWeather).decode


async def grid(res: Resources, box: Box) -> WeatherGridResponse:
    """Return the weather at up to fifty points of a box, or at those of the world, from copies
    that are there already.

    Never waits for a weather service, nor for a job.
    """
    (cells, is_worlds), source = lattice_in(box), pulling.source_of(res)
    copies = await outside_data.newest_of(res, source, cells)
    fresh = {
        cell
        for cell, each in copies.items()
        if (each.age <= _WORLD_FOR if is_worlds else not each.stale)
    }
    due = [cell for cell in cells if cell not in fresh]
    if due and await pulling.demand(res, due):
        # One job brings all that are in demand.
        await outside_data.have_refreshed(res, source, due[0])
    known = {cell: each for cell, each in copies.items() if each.age <= _OLDEST}
    weather = {cell: _decode(each.copy.body) for cell, each in known.items()}
    points = [_point(cell, weather[cell], known[cell]) for cell in cells if cell in known]
    pending = len(cells) - len(known)
    return WeatherGridResponse(
        as_of=clock.now(),
        features=[point for point in points if point is not None],
        sources=sorted(
            {part.source for each in weather.values() for part in (each.waves, each.wind) if part}
        ),
        oldest_at=min((each.copy.retrieved_at for each in known.values()), default=None),
        pending=pending,
        retry_after_seconds=_RETRY_AFTER_SECONDS if pending else None,
        invented=any(each.invented for each in weather.values()),
    )


def _point(cell: str, weather: MarineWeather, reading: Reading) -> GridPoint | None:
    """Return what is known at a cell; None on land, and where nothing is known."""
    waves, wind = weather.waves, weather.wind
    if waves is None or waves.wave_height_m is None or waves.distance_km > _FARTHEST_SEA_KM:
        return None
    lat, lon = place_of(cell)
    return GridPoint(
        GridPointGeometry((lon, lat)),
        GridPointWeather(
            wave_height_m=waves.wave_height_m,
            wave_direction_deg=waves.wave_direction_deg,
            wind_knots=None if wind is None else wind.speed_knots,
            wind_direction_deg=None if wind is None else wind.direction_deg,
            retrieved_at=reading.copy.retrieved_at,
        ),
    )
