"""Which worker of pytest-xdist runs what, and what a test that never ends leaves behind.

pytest-xdist groups tests by marks that pytest 9.2 no longer hears: three workers started three
browsers and three copies of the product and stood in each other's way for an hour.
"""

import asyncio
import io
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

# What takes long to start is started by one worker only: where its tests are, and a name for it.
COPIES = {"tests/pages/": "browser", "tests/test_story.py": "fairway"}


class OneCopyEach(LoadScopeScheduling):  # type: ignore[misc] # it ships no types
    """Tests that share a running copy share a worker; each other test goes where there is room."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


def unit_of(nodeid: str) -> str:
    """The unit of work that a test belongs to: a copy's name, or the test alone."""
    return next((name for place, name in COPIES.items() if nodeid.startswith(place)), nodeid)


def start_once(servers: Path, name: str) -> None:
    """Note that this worker starts that copy; raise FileExistsError when another one has."""
    (servers.parent / f"{name}.started").touch(exist_ok=False)


def where_tasks_wait() -> str:
    """The innermost frames of every unfinished task of this thread's loop."""
    try:
        loop = asyncio.get_event_loop_policy().get_event_loop()
    except RuntimeError:
        return ""
    text = io.StringIO()
    for task in asyncio.all_tasks(loop):
        task.print_stack(limit=6, file=text)
    return text.getvalue()
