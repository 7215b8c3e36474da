"""A port that nobody listens on at this moment."""

import contextlib
import socket


def free_port(host: str = "127.0.0.1", wanted: int = 0) -> int:
    """Return the wanted port if it is free there, else any other (0: any)."""
    for port in (wanted, 0):
        with contextlib.closing(socket.socket()) as probe:
            # What a connection that was just closed leaves behind is not in the way.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((host, port))
                return int(probe.getsockname()[1])
    raise OSError(f"no free port on {host}")
