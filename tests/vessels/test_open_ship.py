"""The page of one ship: what it reported, what it tells of itself, how sure all of that is."""

from datetime import timedelta

from maritime_app import clock
from maritime_app.vessels import store
from maritime_app.vessels.model import HeardText, Source, TrackPoint
from tests.vessels.frames import AURORA, NEREID, frame, position
from tests.vessels.listing import publish, seen, two_ships

CLOCK_MS = 5_000
HERE, FAR_OFF = (59.5, 24.5), (36.0, 27.0)


async def opened(client, mmsi=AURORA):
    answer = await client.get(f"/vessels/{mmsi}")
    assert answer.status == 200
    return " ".join((await answer.text()).split())


async def given_points(res, *hours_ago):
    now = clock.now()
    times = sorted(now - timedelta(hours=hours) for hours in hours_ago)
    points = [TrackPoint(AURORA, at, *HERE, 12.0, 90.0, 90, 0) for at in times]
    async with res.db.acquire() as conn:
        await store.make_days(conn, times[0].date(), times[-1].date())
        await store.copy_points(conn, points)


async def test_it_works(client, resources):
    await two_ships(resources)
    await seen(client, 2)
    page = await opened(client)
    for shown in (
        "AURORA BOREALIS",
        "<dt>Flag</dt><dd>Finland</dd>",
        "59.5000, 24.5000",
        "<dt>Told</dt>",
        "within 10 m <",
    ):
        assert shown in page
    assert "hard to believe" not in page
    assert "Several stations" not in page


async def test_its_speed_is_drawn(client, resources):
    await two_ships(resources)
    await seen(client, 2)
    assert "Speed over the last 24 hours" not in await opened(client, NEREID)
    await given_points(resources, 2, 1)
    page = await opened(client)
    assert 'aria-label="Speed over the last 24 hours, at most 12.0 knots"' in page
    assert page.count('<path class="line" d="M') == 1


async def test_the_weather_at_its_place_is_asked_for(client, resources):
    await two_ships(resources)
    await seen(client, 2)
    assert 'data-part="/weather?lat=59.5000&amp;lng=24.5000"' in await opened(client)


async def test_every_station_under_its_number_is_shown(client, resources):
    began_ms = clock.epoch_ms() - 60_000
    frames = [
        position(AURORA, *place, began_ms + second * 1_000)
        for second in range(0, 50, 10)
        for place in (HERE, FAR_OFF)
    ]
    await publish(resources, *frames)
    await seen(client, 2)
    page = await opened(client)
    assert "Several stations use this number." in page
    assert page.count("Another station under this number") == 1
    assert page.count("<dt>Note</dt>") == 2
    for lat, lon in (HERE, FAR_OFF):
        assert f"{lat:.4f}, {lon:.4f}" in page


async def test_a_place_that_cannot_be_is_called_so(client, resources):
    began_ms = clock.epoch_ms() - 60_000
    sahara = (23.0, 12.0)
    await publish(resources, *(position(AURORA, *sahara, began_ms + s * 10_000) for s in range(4)))
    await seen(client, 1, lat_min="20", lng_min="10")
    page = await opened(client)
    assert "This position is hard to believe." in page
    assert "reported well inland, where no ship can be" in page


async def test_an_arrival_told_by_the_day_is_said_by_the_day(client, resources):
    at_ms = clock.epoch_ms() - CLOCK_MS
    day = (clock.now() + timedelta(days=3)).date()
    eta = {"Month": day.month, "Day": day.day, "Hour": 24, "Minute": 60}
    voyage = frame("ShipStaticData", at_ms, Name="AURORA BOREALIS", Destination="TURKU", Eta=eta)
    await publish(resources, voyage, position(AURORA, *HERE, at_ms))
    await seen(client, 1)
    page = await opened(client)
    assert f"{day.day} {day:%b} (time not told)" in page
    assert "<dt>Voyage told</dt>" in page


async def test_what_it_said_for_safety_is_there(client, resources):
    await two_ships(resources)
    await seen(client, 2)
    at = clock.now() - timedelta(hours=1)
    texts = [
        HeardText(AURORA, at, None, "DRIFTING <NO ENGINE>", Source.AISSTREAM),
        HeardText(AURORA, at - timedelta(days=2), None, "TWO DAYS AGO", Source.AISSTREAM),
    ]
    async with resources.db.acquire() as conn:
        await store.insert_safety_texts(conn, texts)
    page = await opened(client)
    assert "DRIFTING &lt;NO ENGINE&gt;" in page
    assert "<td>all ships</td>" in page
    assert "TWO DAYS AGO" not in page
