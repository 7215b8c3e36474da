"""Pull the cells that somebody looks at: one call for up to fifty, within a day's allowance."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

import msgspec

from maritime_app import clock
from maritime_app.infra.redis import RedisError
from maritime_app.infra.upstreams.http import Fault, UpstreamDown, UpstreamError
from maritime_app.outside_data import refresh as outside
from maritime_app.outside_data.model import Pulled, Source
from maritime_app.resources import Resources
from maritime_app.weather import codec, gateway, openweather_codec
from maritime_app.weather.model import (
    CELLS_PER_PULL,
    SANDBOX_SOURCE,
    SOURCE,
    MarineWeather,
    cell_of,
    place_of,
)

_IN_DEMAND: Final = "weather:in_demand"  # cells that somebody looked at and that are old or missing
_IN_DEMAND_SECONDS: Final = 600
_PULLED_TODAY: Final = "weather:pulled:"
_DAY_SECONDS: Final = 86_400
_FORECAST: Final = timedelta(days=7)  # a copy says nothing of the time after that
_SELFTEST_PLACE: Final = (37.9, 23.6)  # the sea off Piraeus


def source_of(res: Resources) -> Source:
    """Return whose copies are read and written: the sandbox's are kept apart from real ones."""
    return SANDBOX_SOURCE if "weather" in res.settings.sandboxed else SOURCE


async def demand(res: Resources, cells: Sequence[str]) -> bool:
    """Note that somebody looks at these cells, so that the next pull brings them along; return
    whether any may be pulled today: whoever asks for the whole earth has no more jobs written.
    """
    keep = ("EXPIRE", _IN_DEMAND, _IN_DEMAND_SECONDS)
    asked = [("SADD", _IN_DEMAND, *cells), keep, ("GET", _today())]
    try:
        *_kept, spent = await res.redis_cache.pipeline(asked)
    except RedisError:
        return True  # then each cell is pulled alone
    is_known = isinstance(spent, bytes)
    return not is_known or int(spent) < res.settings.weather.cells_per_day


async def drop_old(res: Resources) -> int:
    """Delete cells whose forecasts are over; return how many."""
    before = clock.now() - _FORECAST
    return sum([await outside.drop_older(res, each, before) for each in (SOURCE, SANDBOX_SOURCE)])


async def pull(res: Resources, cell: str) -> str:
    """Pull a cell that is not fresh, and with it up to 49 others that somebody waits for.

    Raise Invalid for what is no cell, UpstreamDown when the day's allowance is used up,
    UpstreamError when the wave service gives nothing.
    """
    cell = cell or cell_of(*_SELFTEST_PLACE)
    place_of(cell)
    candidates = [cell, *await _in_demand(res, CELLS_PER_PULL - 1)]
    due = await _due(res, dict.fromkeys(candidates))
    if not due:
        return f"{cell}: still fresh"
    await _spend(res, len(due))
    brought = dict(zip(due, await _weather(res, [place_of(each) for each in due]), strict=True))

    async def take(key: str) -> Pulled:
        waves = brought[key].waves
        period = "" if waves is None else str(waves.at or "")
        return Pulled(msgspec.json.encode(brought[key]), period=period)

    for each in due:
        await outside.refresh(res, source_of(res), each, take)
    return f"{len(due)} cell{'' if len(due) == 1 else 's'}"


async def _weather(res: Resources, places: Sequence[gateway.Place]) -> list[MarineWeather]:
    """Return the weather at these places; without wind where its service does not answer."""
    seas = await gateway.marine(res, places)
    try:
        skies: Sequence[dict[str, Any] | None] = await gateway.wind(res, places)
    except UpstreamError:
        skies = [None] * len(places)
    invented = "weather" in res.settings.sandboxed
    return [
        MarineWeather(
            codec.waves(sea, *place), await _wind(res, place, sky), codec.hours(sea, sky), invented
        )
        for place, sea, sky in zip(places, seas, skies, strict=True)
    ]


async def _wind(res: Resources, place: gateway.Place, sky: dict[str, Any] | None) -> Any:
    """Return OpenWeather's wind where there is a key and an answer, else Open-Meteo's."""
    if res.settings.weather.openweather_key:
        with suppress(UpstreamError):
            return openweather_codec.wind(await gateway.openweather(res, place))
    return None if sky is None else codec.wind(sky)


async def _in_demand(res: Resources, most: int) -> list[str]:
    """Take cells that somebody has looked at."""
    try:
        popped = await res.redis_cache.command("SPOP", _IN_DEMAND, most)
    except RedisError:
        return []
    return [raw.decode() for raw in popped or ()]


async def _due(res: Resources, cells: dict[str, None]) -> list[str]:
    now, source = clock.now(), source_of(res)
    return [cell for cell in cells if await outside.is_due(res, source, cell, now)]


def _today() -> str:
    return f"{_PULLED_TODAY}{clock.now():%Y%m%d}"


async def _spend(res: Resources, cells: int) -> None:
    """Count cells against the day's allowance: each place of a call counts at Open-Meteo."""
    key = _today()
    try:
        spent, _ = await res.redis_cache.pipeline(
            [("INCRBY", key, cells), ("EXPIRE", key, _DAY_SECONDS)]
        )
    except RedisError:
        return
    if spent > res.settings.weather.cells_per_day:
        message = "The weather services have been asked for as much as may be asked in a day."
        raise UpstreamDown(message, Fault.STATUS, code="weather", retry_after_seconds=3600)
