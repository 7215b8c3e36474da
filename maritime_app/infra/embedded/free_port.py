"""A port that nobody listens on at this moment."""

import contextlib
import random
import socket

# Below what systems give to outgoing connections (Linux from 32768, others from 49152): such a
# connection could take the port between the look and its use.
_QUIET = range(20_000, 32_768)
_TRIES = 20


def free_port(host: str = "127.0.0.1", wanted: int = 0) -> int:
    """Return the wanted port if it is free there, else any other (0: any)."""
    others = random.sample(_QUIET, _TRIES)  # not by turns: processes that start together would meet
    for port in (wanted or others[0], *others, 0):
        with contextlib.closing(socket.socket()) as probe:
            # What a connection that was just closed leaves behind is not in the way.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((host, port))
                return int(probe.getsockname()[1])
    raise OSError(f"no free port on {host}")
