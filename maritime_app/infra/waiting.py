"""Waiting that ends early: at most so many seconds for one event, or for the first of several."""

import asyncio


async def until(event: asyncio.Event, seconds: float) -> bool:
    """Wait at most `seconds` for the event; return whether it is set."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return event.is_set()
    return True


async def until_any(*events: asyncio.Event, seconds: float | None = None) -> bool:
    """Wait at most `seconds` (None: for ever) until one is set; return whether one is."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    return any(event.is_set() for event in events)
