"""What each role is made of, loaded when it starts and not before."""

import asyncio
import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module

ROLES = ("web", "worker", "stream")
_MODULES = {
    "web": ("maritime_app.domains", "maritime_app.app"),
    "worker": ("maritime_app.domains",),
    "stream": ("maritime_app.streams",),
}
# With arq, a tenth of a start: pages are served before it is there.
_WORKERS = "maritime_app.jobs.workers"
# Python lets a thread that loads modules go on for 5 ms before another one has its turn; who waits
# for an answer of PostgreSQL would wait that long after each.
_TURN_SECONDS = 0.0005


@contextmanager
def importing() -> Iterator[None]:
    """Look for no garbage meanwhile: an import makes none, and that takes a sixth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def short_turns() -> Iterator[None]:
    """Let a thread that loads modules hold up others for half a millisecond at a time."""
    turn_seconds = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(turn_seconds)


def load(roles: Sequence[str]) -> None:
    """Load what these roles need. It holds whoever calls it for half a second."""
    for role in roles:
        for module in _MODULES[role]:
            import_module(module)


async def load_workers() -> None:
    """Load what carries tasks, in a thread."""
    with short_turns():
        await asyncio.to_thread(import_module, _WORKERS)
