"""Clients that are slow, silent, or do not read; and whether anybody else notices.

A thousand of each kind are opened one kind after another and stay: what they cost together is what
the process has grown by when all are there. Others are asked for all the while.
"""

import asyncio
import contextlib
import socket
import time
from pathlib import Path
from typing import Any, NamedTuple

from yarl import URL

from bench.attack.model import Finding
from bench.attack.target import Target
from bench.attack.wire import Browser
from maritime_app.infra.processes.file_limit import raise_file_limit

_EACH = 1_000
_OF_AN_ADDRESS = 100  # else the bound of one address ends them first, and nothing is tried
_PATIENCE_SECONDS = 45.0
_USUAL_SECONDS = 5.0
_MOST_KB_TOGETHER = 50 * 1024
_MOST_KB_UNREAD = 1024
_MOST_WAIT_SECONDS = 0.5
_SMALL_WINDOW_BYTES = 2_048  # the least that the system gives
_STEADY_KB, _STEADY_SECONDS, _STEADY_WITHIN_SECONDS = 512, 5.0, 90.0
_PAGE = b"GET / HTTP/1.1\r\nHost: attack\r\n\r\n"
_ASKED = ("/healthz", "/")
_KINDS = {
    "half heads": b"GET / HTTP/1.1\r\nHost: attack\r\nX-a: ",
    "half bodies": (
        b"POST /api/v1/bookings HTTP/1.1\r\nHost: attack\r\nContent-Type: application/json\r\n"
        b"Content-Length: 1000\r\n\r\n{"
    ),
    "unread answers": _PAGE * 4,
    "idle sockets": b"",
}


class _Slow(NamedTuple):
    """A connection on which nobody is in a hurry."""

    kind: str
    port: socket.socket


async def attack(target: Target) -> list[Finding]:
    """Pipeline and read nothing; then open many of each kind, and look who is still there."""
    raise_file_limit()
    unread = await _unread(target)  # first: later it would fill what the others have left
    before = await _steady_kb(target.pid)
    usual = await _longest_wait(target, asyncio.create_task(asyncio.sleep(_USUAL_SECONDS)))
    trying = asyncio.create_task(_try_all(target, before))
    waited = await _longest_wait(target, trying)
    words = f"others beside them: {waited * 1000:.0f} ms at most, {usual * 1000:.0f} before"
    fast = Finding("slow", words, waited < usual + _MOST_WAIT_SECONDS)
    return [unread, *await trying, fast]


async def _try_all(target: Target, before_kb: int) -> list[Finding]:
    findings = []
    lines: list[_Slow] = []
    for kind, data in _KINDS.items():
        was = _memory_kb(target.pid)
        lines += [await _opened(target, kind, data, place) for place in range(_EACH)]
        await asyncio.sleep(1)
        words = f"{_EACH} {kind}: memory {(_memory_kb(target.pid) - was) / 1024:+.1f} MB"
        findings.append(Finding("slow", words, held=True))
    grown = _memory_kb(target.pid) - before_kb
    words = f"{len(lines)} together: memory {grown / 1024:+.1f} MB (less than 50)"
    findings.append(Finding("slow", words, grown < _MOST_KB_TOGETHER))
    await asyncio.sleep(_PATIENCE_SECONDS)
    findings += [_ended(kind, lines) for kind in _KINDS]
    for line in lines:
        line.port.close()
    return findings


def _ended(kind: str, lines: list[_Slow]) -> Finding:
    alive = sum(one.kind == kind and not _is_closed(one.port) for one in lines)
    words = f"{_EACH} {kind}: {alive} still open after {_PATIENCE_SECONDS:.0f} s"
    return Finding("slow", words, alive == 0)


async def _opened(target: Target, kind: str, data: bytes, place: int) -> _Slow:
    """Open a connection from one of this machine's own addresses, 127.0.1.1 and so on.

    A bare socket, so that nobody reads behind its back.
    """
    where = URL(target.base)
    port = socket.socket()
    port.setblocking(False)
    port.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_WINDOW_BYTES)
    port.bind((f"127.0.1.{place // _OF_AN_ADDRESS + 1}", 0))
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(_PATIENCE_SECONDS):
        await loop.sock_connect(port, (where.host, where.port))
        if data:
            await loop.sock_sendall(port, data)
    return _Slow(kind, port)


def _is_closed(port: socket.socket) -> bool:
    """Read what has come until there is an end, or nothing more."""
    with contextlib.suppress(ConnectionError):
        while True:
            try:
                if not port.recv(65_536):
                    return True
            except BlockingIOError:
                return False
    return True


async def _longest_wait(target: Target, meanwhile: "asyncio.Task[Any]") -> float:
    """Return how long the slowest of many small questions took until that task was done.

    The time in which either process was ready to run and the machine ran others is left out.
    """
    worst = 0.0
    async with Browser(target.base) as browser:
        for path in _ASKED:
            await browser.call("GET", path)
        while not meanwhile.done():
            for path in _ASKED:
                began, idle = time.monotonic(), _kept_off(target.pid)
                await browser.call("GET", path)
                taken = time.monotonic() - began - (_kept_off(target.pid) - idle)
                worst = max(worst, taken)
            await asyncio.sleep(0.1)
    return worst


def _kept_off(pid: int) -> float:
    """Return for how long it and we have waited for a core so far, in seconds."""
    waited = 0.0
    for process in ("self", pid):
        with contextlib.suppress(OSError):  # a system that does not say
            waited += int(Path(f"/proc/{process}/schedstat").read_text().split()[1]) / 1e9
    return waited


async def _unread(target: Target) -> Finding:
    """Ask 6,000 times over one connection and read nothing; the first time is for warming up."""
    grown = 0
    for _ in range(2):
        before = await _steady_kb(target.pid)
        line = await _opened(target, "pipelining", b"", 0)
        loop = asyncio.get_running_loop()
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(15):
                for _ in range(120):
                    await loop.sock_sendall(line.port, _PAGE * 50)
        await asyncio.sleep(2)
        grown = _memory_kb(target.pid) - before
        line.port.close()
    words = f"6,000 answers that one client does not read: memory {grown:+} KB (less than 1,024)"
    return Finding("slow", words, grown < _MOST_KB_UNREAD)


async def _steady_kb(pid: int) -> int:
    """Return the memory of a process that has come to rest, or what it is after a while."""
    end = time.monotonic() + _STEADY_WITHIN_SECONDS
    now = _memory_kb(pid)
    while time.monotonic() < end:
        before, _ = now, await asyncio.sleep(_STEADY_SECONDS)
        now = _memory_kb(pid)
        if now - before < _STEADY_KB:
            break
    return now


def _memory_kb(pid: int) -> int:
    """Return a process's memory; 0 where the system does not say."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])
