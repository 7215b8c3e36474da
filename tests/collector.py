"""Python's garbage collector while the suite runs."""

import contextlib
import gc
from collections.abc import Iterator

THRESHOLD = 10_000  # as in a process that serves (cli/processes/start.py)


@contextlib.contextmanager
def away() -> Iterator[None]:
    """What is made meanwhile stays: the collector would look at it again and again, for a third of
    the time in which tests are found. Afterwards it leaves that alone, and comes rarely.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(THRESHOLD)
        gc.enable()
