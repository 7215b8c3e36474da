"""run.py for a machine with a wrong clock, or for a control: the same program without one guard.

`python -m bench.chaos.entrance --clock 3600 --without heartbeat web`: everything after the options
is run.py's. What is taken away is taken away here; the product has no switch for it.
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from types import ModuleType, SimpleNamespace

from maritime_app import clock
from maritime_app.cli import main as program
from maritime_app.infra.db import server_clock
from maritime_app.infra.redis import subscription

_FOR_EVER = 1e9


def set_clock(seconds: float) -> None:
    """Let this process's machine be so many seconds ahead: wherever the product looks at a clock
    of its own (maritime_app/clock.py and what measures it).
    """

    class Skewed(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(seconds=seconds)

    def skewed_ns() -> int:
        return time.time_ns() + round(seconds * 1e9)

    watch = SimpleNamespace(time=lambda: time.time() + seconds, time_ns=skewed_ns)
    _put(clock, datetime=Skewed, time=watch)
    _put(server_clock, time=watch)


def without_correction() -> None:
    """Measure the offset to the server's clock, and go on believing one's own."""
    deaf = SimpleNamespace(correct=lambda _offset: None, correction_seconds=lambda: 0.0)
    _put(server_clock, clock=deaf)


def without_heartbeat() -> None:
    """Take a subscription's silence for health."""
    _put(subscription, DEAF_SECONDS=_FOR_EVER)


def _put(module: ModuleType, **parts: object) -> None:
    for name, part in parts.items():
        setattr(module, name, part)


GUARDS: dict[str, Callable[[], None]] = {
    "correction": without_correction,
    "heartbeat": without_heartbeat,
}


def run() -> int:
    """Change what was asked for, then be run.py."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos.entrance", description=__doc__)
    parser.add_argument("--clock", type=float, default=0.0, help="seconds ahead; negative: behind")
    parser.add_argument("--without", choices=sorted(GUARDS))
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    if args.clock:
        set_clock(args.clock)
    if args.without:
        GUARDS[args.without]()
    return program.main(args.arguments)


if __name__ == "__main__":
    sys.exit(run())
