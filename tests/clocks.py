"""Other times than now, for the whole process."""

import contextlib
import time
from collections.abc import Iterator
from datetime import datetime
from unittest.mock import patch

import time_machine

from maritime_app import clock


@contextlib.contextmanager
def travel(to: float | datetime, *, tick: bool) -> Iterator[time_machine.Traveller]:
    """It is then, and what is given moves it on. Nobody can set what our clock reads
    (maritime_app/clock.py), so here it reads the machine's.
    """
    with (
        patch.multiple(clock, _seconds=lambda _clock: time.time()),
        patch.multiple(clock, _nanoseconds=lambda _clock: time.time_ns()),
        patch.multiple(clock._Began, seconds=0.0, nanoseconds=0),
        time_machine.travel(to, tick=tick) as moved,
    ):
        yield moved
