"""A port that nobody listens on, and that nobody else of ours will be given before it is used."""

import contextlib
import os
import random
import socket
import time
from collections import deque

# Below what systems give to outgoing connections (Linux from 32768, others from 49152): such a
# connection could take the port between the look and its use.
_QUIET = range(20_000, 32_768)
_TRIES = 20
_KEPT_SECONDS = 60.0  # by then it is listened on, or never will be
_kept: deque[tuple[float, int]] = deque()  # until when, and the open file that keeps it


def free_port(host: str = "127.0.0.1", wanted: int = 0) -> int:
    """Return the wanted port if it is free there, else any other (0: any).

    Another process that asks within a minute is given another one: both would find it free, and
    one of them would listen too late.
    """
    if wanted and _bound(host, wanted):
        return wanted
    others = random.sample(_QUIET, _TRIES)  # not by turns: processes that start together would meet
    for port in (*others, 0):
        bound = _bound(host, port)
        if bound and _is_ours(bound):
            return bound
    raise OSError(f"no free port on {host}")


def _bound(host: str, port: int) -> int | None:
    """Return the port that could be bound there (0: any), None where it is taken."""
    with contextlib.closing(socket.socket()) as probe:
        # What a connection that was just closed leaves behind is not in the way.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind((host, port))
            return int(probe.getsockname()[1])
    return None


def _is_ours(port: int) -> bool:
    """Keep the port from others for a while; return False where somebody else does.

    The sign is a name without a file (unix(7), abstract sockets): it ends with its process. Systems
    without such names keep nothing.
    """
    now = time.monotonic()
    while _kept and _kept[0][0] < now:
        os.close(_kept.popleft()[1])
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as sign:
        try:
            sign.bind(f"\0fairway.port.{port}")
        except FileNotFoundError:
            return True
        except OSError:
            return False
        _kept.append((now + _KEPT_SECONDS, sign.detach()))
    return True
