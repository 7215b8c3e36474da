"""The fleet as it was before the last restart."""

import struct
from collections.abc import Sequence

import msgspec

from maritime_app.errors import Unavailable
from maritime_app.infra.redis import MultiplexedRedis
from maritime_app.infra.telemetry import log
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.live import live_store, packed_report
from maritime_app.vessels.model import Source

logger = log.get(__name__)
_NOT_PUT_BACK = (Source.SIMULATED, Source.RECORDED)


async def warm_up(redis: MultiplexedRedis, fleet: Fleet, active: Sequence[Source]) -> None:
    """Put back into the fleet what the stores of these sources have; delete the other stores.

    Without Redis, or with values of another version, start cold. Simulated ships are not put back:
    they last two minutes. A recording begins anew.
    """
    off = [source for source in Source if source not in active or source in _NOT_PUT_BACK]
    try:
        await live_store.drop_stores(redis, off)
        for source in active:
            async for portion in live_store.scan(redis, live_store.last_key(source)):
                for _, packed in portion:
                    fleet.restore(packed_report.unpack(packed))
        for source in active:
            async for portion in live_store.scan(redis, live_store.static_key(source)):
                for mmsi, packed in portion:
                    fleet.restore_known(mmsi, live_store.unpack_known(packed))
    except (Unavailable, struct.error, ValueError, msgspec.MsgspecError) as error:
        logger.warning("cold_start", ships=len(fleet.ships), error=type(error).__name__)
    else:
        logger.info("warm_start", ships=len(fleet.ships))
