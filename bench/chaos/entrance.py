"""run.py for a machine with a wrong clock, or for a control: the same program without one guard.

`python -m bench.chaos.entrance --clock 3600 --without heartbeat web`: everything after the options
is run.py's. What is taken away is taken away here; the product has no switch for it. `--trap FILE`
kills the process between a COMMIT and the word of it, when FILE names what was changed.
"""

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType, SimpleNamespace

from maritime_app import clock
from maritime_app.bookings.back_office import money_acts
from maritime_app.cli import main as program
from maritime_app.infra.cache.two_level import Cache
from maritime_app.infra.cache_changes import CacheChanges
from maritime_app.infra.db import database, server_clock
from maritime_app.infra.redis import subscription
from maritime_app.payments.refunds import service as refunds

_FOR_EVER = 1e9
_SET_EVERY_SECONDS = 15.0


def set_clock(seconds: float) -> None:
    """Let this process's machine be so many seconds ahead when it begins, and be set forwards and
    back by as many again and again (maritime_app/clock.py looks at it).
    """
    began = time.monotonic()

    def time_ns() -> int:
        is_set_further = int((time.monotonic() - began) / _SET_EVERY_SECONDS) % 2
        return time.time_ns() + round(seconds * (1 + is_set_further) * 1e9)

    watch = SimpleNamespace(**vars(time))
    watch.time_ns = time_ns
    _put(clock, time=watch)
    clock.correct(0.0)


def without_correction() -> None:
    """Measure the offset to the server's clock, and go on believing one's own."""
    deaf = SimpleNamespace(**vars(clock))
    deaf.correct = lambda _offset: None
    _put(server_clock, clock=deaf)


def without_heartbeat() -> None:
    """Take a subscription's silence for health."""
    _put(subscription, DEAF_SECONDS=_FOR_EVER)


def without_followers() -> None:
    """Let nobody look for changes that were never made known."""

    async def stand_still(_self: CacheChanges, _stop: asyncio.Event) -> None:
        pass

    _put(CacheChanges, follow=stand_still)


def without_claims() -> None:
    """Give money back without asking whether somebody has seen what was given before."""

    async def nod(*_asked: object) -> None:
        pass

    _put(money_acts, _check_goodwill=nod)


def without_alerts() -> None:
    """Let a refund fail and call nobody."""

    async def say_nothing(*_asked: object, **_more: object) -> None:
        pass

    _put(refunds, raise_alert=say_nothing)


def without_overload() -> None:
    """Take a server without room for one that has refused a mistake of ours."""
    _put(database, short_of=lambda _error: "")


def set_trap(file: Path) -> None:
    """Die where a change is committed and not yet made known, if the file names one of its tags."""
    bump = Cache.bump

    async def caught(self: Cache, tags: Iterable[str], *more: object) -> None:
        named = list(tags)
        if file.exists() and file.read_text() in named:
            os.kill(os.getpid(), signal.SIGKILL)
        await bump(self, named, *more)  # type: ignore[arg-type]

    _put(Cache, bump=caught)


def _put(module: ModuleType | type, **parts: object) -> None:
    for name, part in parts.items():
        setattr(module, name, part)


GUARDS: dict[str, Callable[[], None]] = {
    "alerts": without_alerts,
    "claims": without_claims,
    "correction": without_correction,
    "followers": without_followers,
    "heartbeat": without_heartbeat,
    "overload": without_overload,
}


def run() -> int:
    """Change what was asked for, then be run.py."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos.entrance", description=__doc__)
    parser.add_argument("--clock", type=float, default=0.0, help="seconds ahead; negative: behind")
    parser.add_argument("--without", choices=sorted(GUARDS))
    parser.add_argument("--trap", type=Path, help="a file with the tag that it dies of")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    if args.clock:
        set_clock(args.clock)
    if args.trap:
        set_trap(args.trap)
    if args.without:
        GUARDS[args.without]()
    return program.main(args.arguments)


if __name__ == "__main__":
    sys.exit(run())
