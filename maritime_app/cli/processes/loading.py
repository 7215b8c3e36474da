"""What each role is made of, loaded when it starts and not before."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module

ROLES = ("web", "worker", "stream")
_MODULES = {
    "web": ("maritime_app.domains", "maritime_app.app"),
    "worker": ("maritime_app.domains", "maritime_app.jobs.workers"),
    "stream": ("maritime_app.streams",),
}


@contextmanager
def importing() -> Iterator[None]:
    """Look for no garbage meanwhile: an import makes none, and that takes a sixth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def load(roles: Sequence[str]) -> None:
    """Load what these roles need. It holds whoever calls it for half a second."""
    for role in roles:
        for module in _MODULES[role]:
            import_module(module)
