"""Waiting that ends: so many seconds for an event, or until cancelled tasks have really ended."""

import asyncio
from typing import Any

from maritime_app.infra.telemetry import log

logger = log.get(__name__)
_AGAIN_SECONDS = 2.0  # longer than any clean-up of ours; a second cancellation would cut it short
_GIVE_UP_SECONDS = 30.0


async def until(event: asyncio.Event, seconds: float) -> bool:
    """Wait at most `seconds` for the event; return whether it is set."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return event.is_set()
    return True


async def until_past(began: float, seconds: float) -> None:
    """Wait until so many seconds have passed since `began`, an instant of the loop's clock."""
    await asyncio.sleep(max(0.0, began + seconds - asyncio.get_running_loop().time()))


async def until_any(*events: asyncio.Event, seconds: float | None = None) -> bool:
    """Wait at most `seconds` (None: for ever) until one is set; return whether one is."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    return any(event.is_set() for event in events)


async def end(*tasks: "asyncio.Task[Any]") -> None:
    """Cancel the tasks and wait until they have ended; their results and errors are dropped.

    A task that goes on is cancelled again: redis-py swallows a cancellation that arrives while it
    connects, and a process that waited for such a task never stopped. What still runs after
    30 seconds is left to the process's end, and logged.
    """
    running = set(tasks)
    for _ in range(int(_GIVE_UP_SECONDS / _AGAIN_SECONDS)):
        if not running:
            break
        for task in running:
            task.cancel()
        _ended, running = await asyncio.wait(running, timeout=_AGAIN_SECONDS)
    for task in running:
        logger.error("task_does_not_end", task=task.get_name())
    await asyncio.gather(*(set(tasks) - running), return_exceptions=True)
