"""Modules that are slow to import and that few requests need: no start and no request waits for
them.
"""

import asyncio
import importlib
from collections.abc import Sequence
from contextlib import suppress

# 40 to 60 ms each, on the event loop otherwise: the syntax of mail addresses, what numpy's `unique`
# imports when it is first called, what speaks to Stripe, calendar entries.
LATE = ("email_validator", "numpy.ma", "stripe", "icalendar")


async def import_late(modules: Sequence[str] = LATE) -> None:
    """Import the modules in a thread; one that is not installed is left to whoever needs it."""
    for module in modules:
        with suppress(ImportError):
            await asyncio.to_thread(importlib.import_module, module)
