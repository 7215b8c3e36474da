"""Waiting that can be cut short."""

import asyncio


async def until(event: asyncio.Event, seconds: float) -> bool:
    """Wait at most `seconds` for the event; returns whether it is set."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return event.is_set()
    return True
