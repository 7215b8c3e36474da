"""The journal handed in and the list read again, for as long as the gate runs; a line that is away
is tried again and again, and nothing at the gates waits for it.
"""

import asyncio

from maritime_app.boarding.gate.gateway import ServerGateway
from maritime_app.boarding.gate.service import Quay
from maritime_app.errors import Unavailable
from maritime_app.infra.telemetry import log
from maritime_app.settings.boarding import Gate

logger = log.get(__name__)
_BATCH = 200


async def follow(quay: Quay, server: ServerGateway, gate: Gate) -> None:
    """Settle and refresh until cancelled."""
    loop = asyncio.get_running_loop()
    read_at, is_away = loop.time(), False
    while True:
        try:
            await hand_in(quay, server)
            if loop.time() - read_at >= gate.list_seconds:
                await refresh(quay, server)
                read_at = loop.time()
            if is_away:
                logger.info("gate_line_back")
            is_away = False
        except Unavailable as error:
            if not is_away:
                logger.warning("gate_line_away", words=str(error))
            is_away = True
        await asyncio.sleep(gate.settle_seconds)


async def hand_in(quay: Quay, server: ServerGateway) -> int:
    """Hand in all that the server has not acknowledged; return how much. Raise Unavailable."""
    count = 0
    while batch := await quay.unsettled(_BATCH):
        await quay.settled(batch, await server.settle(batch))
        count += len(batch)
    return count


async def refresh(quay: Quay, server: ServerGateway) -> None:
    """Read the list again, and who was let aboard twice: another quay may have handed in since, and
    this one may have nothing to hand in any more. Raise Unavailable.
    """
    await quay.keep_list(await server.boarding_list())
    await quay.settled([], await server.settle([]))
