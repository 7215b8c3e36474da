"""The end of a port: who was let in is answered, who comes later is refused before it is let in.

A kernel completes handshakes on its own: closing a port resets connections that no accept() has
seen, and closing a connection resets a request that nobody has read. A client cannot tell either
from a request that was carried out. So the port first drops what opens a connection, takes in what
has been opened, and each connection is closed only when it has been silent and nothing lies unread.

There are two ways to refuse whoever opens a connection while handshakes under way go on. A port
that listens on an interface which does not exist is found by no opening segment: the kernel
refuses it at once, and a balancer asks another process. Linux lets everybody do that since 5.7;
before, a socket filter drops the segment (which some kernels of today allow to root alone).

On a machine that is busy otherwise a process may be kept from running for longer than any of these
times: what they wait for is looked at afterwards, or counted in looks and not in seconds.
"""

import asyncio
import contextlib
import ctypes
import os
import select
import socket
import struct
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from maritime_app.infra.telemetry import log
from maritime_app.web.edge.connection import Connection, Edge

logger = log.get(__name__)
_LOOK_SECONDS: Final = 0.05
# A round trip to a balancer: so long the last handshake of a client may still take.
_HANDSHAKE_SECONDS: Final = 0.25
_EMPTY_WITHIN_SECONDS: Final = 5.0
_SILENT_ROUNDS: Final = 20  # a second where nobody else runs
# asm-generic/socket.h; Python has no names for them
_SO_ATTACH_FILTER: Final = 26
_SO_BINDTOIFINDEX: Final = 62
_NO_INTERFACE: Final = 2**31 - 1  # the kernel counts them from 1, and does not ask whether one is

# Classic BPF over a TCP segment (RFC 9293 section 3.1): the flags are its 14th byte, and a segment
# with SYN and without ACK opens a connection. (code, jump if true, jump if false, value)
_DROP_SYN: Final = (
    (0x30, 0, 0, 13),  # load byte 13
    (0x54, 0, 0, 0x12),  # and SYN | ACK
    (0x15, 0, 1, 0x02),  # SYN alone?
    (0x06, 0, 0, 0),  # drop it
    (0x06, 0, 0, 0xFFFFFFFF),  # let it pass
)


def refuse_newcomers(ports: Iterable[int]) -> bool:
    """Let these listening sockets (file numbers) refuse every segment that opens a connection;
    return whether the system can do that.

    Handshakes under way are completed. A client that comes later is refused at once, or when it
    repeats its first segment after a second: it knows that nobody has taken its request.
    """
    for number in ports:
        with contextlib.closing(socket.socket(fileno=os.dup(number))) as port:
            if not any(_is_done(way, port) for way in _WAYS):
                return False
    return True


def _listen_nowhere(port: socket.socket) -> None:
    port.setsockopt(socket.SOL_SOCKET, _SO_BINDTOIFINDEX, _NO_INTERFACE)


def _drop_openings(port: socket.socket) -> None:
    code = b"".join(struct.pack("=HBBI", *line) for line in _DROP_SYN)
    held = ctypes.create_string_buffer(code)
    program = struct.pack("@HP", len(_DROP_SYN), ctypes.addressof(held))
    port.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


_WAYS: tuple[Callable[[socket.socket], None], ...] = (
    (_listen_nowhere, _drop_openings) if sys.platform.startswith("linux") else ()
)


def _is_done(way: Callable[[socket.socket], None], port: socket.socket) -> bool:
    try:
        way(port)
    except OSError as error:
        logger.warning("port_lets_newcomers_in", way=way.__name__, error=error.strerror)
        return False
    return True


async def until_let_in(ports: Sequence[int]) -> None:
    """Wait until connections whose handshake was under way have been taken in, all of them: a timer
    that is late comes before the connections that have come meanwhile.

    Where newcomers cannot be refused it returns in a moment in which nobody stands at the port:
    whoever closes it at once loses at most the handshakes of that moment.
    """
    await asyncio.sleep(_HANDSHAKE_SECONDS)
    loop = asyncio.get_running_loop()
    ends = loop.time() + _EMPTY_WITHIN_SECONDS
    while any(_is_readable(number) for number in ports) and loop.time() < ends:
        await asyncio.sleep(_LOOK_SECONDS)


async def until_answered(edge: Edge, seconds: float) -> None:
    """Wait until every connection is gone, closing those that ask nothing; at most so long.

    Every answer of a process that drains closes its connection: what stays open has asked nothing
    since before the drain, or was opened a moment ago and is about to ask.
    """
    loop = asyncio.get_running_loop()
    ends = loop.time() + seconds
    silent: dict[Connection, tuple[int, int]] = {}  # bytes had come so often; rounds since then
    while edge.connections and loop.time() < ends:
        for connection in list(edge.connections):
            reads, rounds = silent.get(connection, (-1, 0))
            if connection.is_busy or connection.reads != reads:
                rounds = -1
            silent[connection] = connection.reads, rounds + 1
            if rounds >= _SILENT_ROUNDS:
                _close_unless_asked(connection)
        await asyncio.sleep(_LOOK_SECONDS)
    if edge.connections:
        logger.warning("requests_cut", connections=len(edge.connections))


def _close_unless_asked(connection: Connection) -> None:
    """Close a silent connection, unless bytes have arrived that the loop has not read yet."""
    transport = connection.transport
    port = transport.get_extra_info("socket") if transport is not None else None
    if port is not None and _is_readable(port.fileno()):
        return
    connection.force_close()


def _is_readable(number: int) -> bool:
    poll = select.poll()  # select.select knows no file numbers from 1,024 on
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))
