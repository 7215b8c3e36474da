"""What a transaction leaves to be done after it: carried to its end, whoever waits or no longer
does.

A caller that is cancelled between the commit and its last hook (a time-out, a process that ends)
would leave a committed change without what makes it known: searches would show places that are gone
until their answers grow old.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Final

from maritime_app.infra.db.connection import Hook
from maritime_app.infra.telemetry import log

logger = log.get(__name__)
# A COMMIT without an answer may still be carried out: what was cached before that is dropped, too.
_AGAIN_SECONDS: Final = 2.0
_END_SECONDS: Final = 3.0


class Hooks:
    """The hooks of one process that are running."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    async def run(self, hooks: Sequence[Hook]) -> None:
        """Run them in their order; raise what one raises, and leave those after it."""
        if hooks:
            await asyncio.shield(self._begin(_run(hooks)))

    def run_twice(self, hooks: Sequence[Hook]) -> None:
        """Run them now and once more two seconds later, and wait for neither."""
        if hooks:
            self._begin(_run_twice(hooks))

    async def finished(self) -> None:
        """Wait until all have ended; at most three seconds."""
        if self._running:
            _ended, late = await asyncio.wait(self._running, timeout=_END_SECONDS)
            if late:
                logger.error("hooks_do_not_end", count=len(late))

    def _begin(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task


async def _run(hooks: Sequence[Hook]) -> None:
    for hook in hooks:
        waiting = hook()
        if waiting is not None:
            await waiting


async def _run_twice(hooks: Sequence[Hook]) -> None:
    try:
        await _run(hooks)
        await asyncio.sleep(_AGAIN_SECONDS)
        await _run(hooks)
    except Exception as error:
        logger.error("hook_failed", error=type(error).__name__, exc_info=error)
