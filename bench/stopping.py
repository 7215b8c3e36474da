"""What a program of the bench does when somebody stops it by Ctrl-C."""

import logging
import sys
from collections.abc import Callable

_STOPPED = 130  # as a shell has it: 128 and the number of SIGINT


def until_stopped(run: Callable[[], int]) -> int:
    """Return how it ends: its own exit code; stopped by Ctrl-C 130, with one line."""
    try:
        return run()
    except KeyboardInterrupt:
        # What was under way ends unheard, and a browser's driver has the same Ctrl-C.
        logging.getLogger("asyncio").disabled = True
        print("stopped before its end: nothing was judged", file=sys.stderr, flush=True)
        return _STOPPED
