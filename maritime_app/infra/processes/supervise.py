"""Loops that live as long as the process: restarted after a failure, with a growing pause."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from maritime_app.errors import Unavailable
from maritime_app.infra.processes.waiting import until
from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.metrics import tally

logger = log.get(__name__)

Healthy = Callable[[], None]


async def supervise(
    name: str,
    run: Callable[[Healthy], Awaitable[None]],
    stop: asyncio.Event,
    *,
    first_delay_seconds: float = 1.0,
    max_delay_seconds: float = 60.0,
) -> None:
    """Run `run(healthy)` again and again until `stop` is set.

    The pause doubles after every end, up to the maximum, and falls back to the first only after
    `healthy()` was called: a server that accepts and closes at once must not be retried in a tight
    loop.
    """
    delay = first_delay_seconds

    def healthy() -> None:
        nonlocal delay
        delay = first_delay_seconds

    while not stop.is_set():
        try:
            await run(healthy)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            logger.warning(
                "loop_failed",
                loop=name,
                error=type(error).__name__,
                retry_seconds=round(delay, 1),
                # What is away is no fault of ours, and its traceback says nothing.
                exc_info=None if isinstance(error, Unavailable) else error,
            )
        if stop.is_set():
            return
        tally["loop_restarts"] += 1
        pause = delay * random.uniform(0.5, 1.0)  # noqa: S311 - spreading retries, not a secret
        delay = min(max_delay_seconds, delay * 2)
        await until(stop, pause)
