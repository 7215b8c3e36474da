"""Modules that are slow to import and that few requests need: no start and no request waits for
them.
"""

import asyncio
import importlib
from collections.abc import Sequence
from contextlib import suppress

# 50 ms each: the syntax of mail addresses, and what numpy's `unique` imports when it is first
# called, both on the event loop otherwise.
LATE = ("email_validator", "numpy.ma")


async def import_late(modules: Sequence[str] = LATE) -> None:
    """Import the modules in a thread; one that is not installed is left to whoever needs it."""
    for module in modules:
        with suppress(ImportError):
            await asyncio.to_thread(importlib.import_module, module)
