"""Weather is pulled by cells, many in one call, within a day's allowance; faults cost no copy."""

from dataclasses import replace as with_values

import pytest
from msgspec import structs

from maritime_app.errors import Invalid
from maritime_app.infra.upstreams.http import Fault, Upstream, UpstreamDown, UpstreamError
from maritime_app.settings.file import replace
from maritime_app.weather import gateway, pulling, service
from maritime_app.weather.responses import WeatherResponse
from maritime_app.weather.service import NotYet

SEA = (37.9, 23.6)  # off Piraeus
INLAND = (48.1, 11.6)


def with_weather(res, **changes):
    """The same connections, other settings of the weather."""
    return with_values(res, settings=replace(res.settings, weather=changes))


async def weather(res, place=SEA) -> WeatherResponse:
    found = await service.weather_at(res, *place)
    assert isinstance(found, WeatherResponse)
    return found


async def test_it_works(played):
    assert await pulling.pull(played, "37.9,23.6") == "1 cell"

    found = await weather(played)
    assert found.waves is not None
    assert found.waves.source == "Open-Meteo"
    assert 0.2 <= (found.waves.wave_height_m or 0) <= 3.4
    assert found.waves.at is not None
    assert found.waves.distance_km > 0
    assert found.wind is not None
    assert 2 <= (found.wind.speed_knots or 0) <= 26
    assert (found.stale, found.invented) == (False, True)
    assert await pulling.pull(played, "37.9,23.6") == "37.9,23.6: still fresh"


async def test_cells_that_somebody_waits_for_come_in_the_same_call(played):
    await pulling.demand(played, ["54.3,10.1", "59.9,10.7"])
    assert await pulling.pull(played, "37.9,23.6") == "3 cells"
    assert (await weather(played, (54.32, 10.13))).cell == "54.3,10.1"


async def test_over_land_there_are_no_waves_and_a_wind(played):
    await pulling.pull(played, "48.1,11.6")
    found = await weather(played, INLAND)
    assert found.waves is not None
    assert found.waves.wave_height_m is None
    assert found.wind is not None


async def test_waves_are_stored_without_a_wind(played, fault):
    await fault("no_wind")
    await pulling.pull(played, "37.9,23.6")
    found = await weather(played)
    assert found.wind is None
    assert found.beaufort is None
    assert found.sources == ["Open-Meteo"]


@pytest.mark.parametrize("name", ["busy", "broken", "garbage"])
async def test_a_fault_leaves_the_copy_as_it_was(played, fault, monkeypatch, name):
    await pulling.pull(played, "37.9,23.6")
    before = await weather(played)
    await fault(name)
    with pytest.raises(UpstreamError):
        await pulling.pull(played, "36.9,25.1")
    assert (await weather(played)).retrieved_at == before.retrieved_at


async def test_the_wind_is_openweathers_with_a_key(played, sandbox):
    keyed = with_weather(played, openweather_key="k", openweather_url=sandbox.weather_url)
    await pulling.pull(keyed, "37.9,23.6")
    found = await weather(keyed)
    assert found.wind is not None
    assert found.wind.source == "OpenWeather"
    assert found.sources == ["Open-Meteo", "OpenWeather"]


async def test_a_wrong_key_leaves_the_other_services_wind(played, sandbox):
    keyed = with_weather(played, openweather_key="wrong", openweather_url=sandbox.weather_url)
    await pulling.pull(keyed, "37.9,23.6")
    found = await weather(keyed)
    assert found.wind is not None
    assert found.wind.source == "Open-Meteo"


async def test_a_wind_that_says_nothing_gives_way_to_the_other_services(played, monkeypatch):
    async def nothing(*_args, **_kwargs):
        return {"cod": 429, "message": "Your account is temporary blocked."}

    monkeypatch.setattr(Upstream, "get_json", nothing)
    with pytest.raises(UpstreamError) as refused:
        await gateway.openweather(played, SEA)
    assert refused.value.fault is Fault.MALFORMED
    monkeypatch.undo()

    async def refuses(*_args):
        raise refused.value

    monkeypatch.setattr(gateway, "openweather", refuses)
    await pulling.pull(with_weather(played, openweather_key="k"), "37.9,23.6")
    found = await weather(played)
    assert found.wind is not None
    assert found.wind.source == "Open-Meteo"


async def test_the_day_has_an_allowance(played):
    bounded = with_weather(played, cells_per_day=1)
    await pulling.pull(bounded, "37.9,23.6")
    with pytest.raises(UpstreamDown):
        await pulling.pull(bounded, "36.9,25.1")


async def test_beyond_it_no_job_is_written_and_what_is_known_is_shown(played):
    """Somebody asks for the whole earth, cell by cell."""
    bounded = with_weather(played, cells_per_day=1)
    await pulling.pull(bounded, "37.9,23.6")

    known = await service.weather_at(bounded, *SEA)
    assert not isinstance(known, NotYet)
    for lat in range(20, 30):
        assert await service.weather_at(bounded, float(lat), 25.0) == NotYet(3600)
    async with played.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from job where task like 'weather.%'") == 0


async def test_what_the_sandbox_invented_is_never_shown_by_a_real_service(played):
    await pulling.pull(played, "37.9,23.6")
    real = with_values(played, settings=structs.replace(played.settings, sandboxed=()))
    assert isinstance(await service.weather_at(real, *SEA), NotYet)


@pytest.mark.parametrize("cell", ["here", "37.9", "91.0,0.0", "37.95,23.6", "nan,nan"])
async def test_what_is_no_cell_is_refused(played, cell):
    with pytest.raises(Invalid):
        await pulling.pull(played, cell)
