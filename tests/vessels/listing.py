"""Ships in Redis as a consumer would have written them, and questions about them over HTTP."""

from maritime_app import clock
from maritime_app.vessels.ais.decode import decode
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.live import live_store
from maritime_app.vessels.model import FeedHealth, FeedState, Report
from tests.vessels.feeding import until
from tests.vessels.frames import AURORA, NEREID, frame, position

BOX = {"lat_min": "35", "lat_max": "62", "lng_min": "20", "lng_max": "30"}


async def publish(res, *bodies):
    """What a consumer would have written to Redis for these frames."""
    fleet, now_ms = Fleet(), clock.epoch_ms()
    for body in bodies:
        report = decode(body, now_ms)
        assert isinstance(report, Report)
        fleet.apply(report)
    ships = fleet.ships.values()
    reports = [
        live_store.StoredReport(ship.source, ship.key, ship.packed())
        for ship in ships
        if ship.motion
    ]
    statics = [(ship.mmsi, ship.known) for ship in ships if ship.known]
    health = FeedHealth(
        state=FeedState.LIVE,
        source="aisstream",
        since_ms=now_ms,
        last_position_ms=now_ms,
        frames=len(bodies),
        stored=len(bodies),
        ships=len(ships),
    )
    await live_store.write_health(res.redis_cache, now_ms, now_ms, health=health, under_way=[])
    await live_store.write_batch(res.redis_cache, now_ms, now_ms, reports, statics)


async def two_ships(res):
    at_ms = clock.epoch_ms() - 5_000
    await publish(
        res,
        frame("ShipStaticData", at_ms, Name="AURORA BOREALIS", Type=60),
        position(AURORA, 59.5, 24.5, at_ms),
        frame("ShipStaticData", at_ms, UserID=NEREID, Name="NEREID", Type=70),
        position(NEREID, 37.0, 25.0, at_ms, sog=None, cog=None),
    )


async def ask(client, **query):
    answer = await client.get("/api/vessels/live-positions/", params={**BOX, **query})
    return answer.status, await answer.json()


async def seen(client, count, **query):
    async def enough():
        _, found = await ask(client, **query)
        return found if found.get("total") == count else None

    return await until(enough)
