"""How late this process's event loop is: what blocks it delays everybody."""

import asyncio
from collections import deque

from maritime_app.infra.processes.waiting import until
from maritime_app.infra.telemetry.metrics import gauge

_EVERY_SECONDS = 0.25
_KEPT = 60  # a scrape each fifteen seconds misses nothing
LAG = gauge("event_loop_lag_seconds", "The longest delay of the event loop in fifteen seconds")


async def measure(stop: asyncio.Event) -> None:
    """Sleep for short times and see how much longer it took, until `stop`."""
    loop = asyncio.get_running_loop()
    lags: deque[float] = deque(maxlen=_KEPT)
    while not stop.is_set():
        began = loop.time()
        await until(stop, _EVERY_SECONDS)
        lags.append(max(0.0, loop.time() - began - _EVERY_SECONDS))
        LAG.set(max(lags))
