"""Clients that are slow, silent, or do not read; and whether anybody else notices."""

import asyncio
import contextlib
import time
from pathlib import Path

from yarl import URL

from bench.attack.model import Finding
from bench.attack.target import Target
from bench.attack.wire import Browser
from maritime_app.infra.processes.file_limit import raise_file_limit

_EACH = 1_000
_OF_AN_ADDRESS = 100  # else the bound of one address ends them first, and nothing is tried
_PATIENCE_SECONDS = 45.0
_MOST_MB, _MOST_WAIT_SECONDS = 20, 0.5
_MOST_MB_OF_SLOW = 50 * 3  # for each thousand of them
_HALVES = {
    "half heads": b"GET / HTTP/1.1\r\nHost: attack\r\nX-a: ",
    "half bodies": (
        b"POST /api/v1/bookings HTTP/1.1\r\nHost: attack\r\nContent-Type: application/json\r\n"
        b"Content-Length: 1000\r\n\r\n{"
    ),
    "silent connections": b"",
}


async def attack(target: Target) -> list[Finding]:
    """Open many of each kind, and look who is still there; then pipeline and read nothing."""
    findings = []
    raise_file_limit()
    before = _memory_mb(target.pid)
    lines = [
        (name, await _opened(target, data, place // _OF_AN_ADDRESS))
        for name, data in _HALVES.items()
        for place in range(_EACH)
    ]
    await asyncio.sleep(1)
    grown = _memory_mb(target.pid) - before
    tried = f"{len(lines)} slow connections: memory {grown:+} MB"
    findings.append(Finding("slow", tried, grown < _MOST_MB_OF_SLOW))
    waited = await _slowest_health(target, _PATIENCE_SECONDS)
    for name in _HALVES:
        alive = 0
        for _kind, (reader, _writer) in filter(lambda one: one[0] == name, lines):
            alive += not await _is_closed(reader)
        tried = f"{_EACH} {name}: {alive} still open after {_PATIENCE_SECONDS:.0f} s"
        findings.append(Finding("slow", tried, alive == 0))
    for _name, (_reader, writer) in lines:
        writer.close()
    tried = f"/healthz beside them: {waited * 1000:.0f} ms at most"
    findings.append(Finding("slow", tried, waited < _MOST_WAIT_SECONDS))
    return [*findings, await _unread(target)]


async def _opened(
    target: Target, data: bytes, address: int = 0
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a connection from one of this machine's own addresses, 127.0.1.1 and so on."""
    where = URL(target.base)
    reader, writer = await asyncio.open_connection(
        where.host, where.port, local_addr=(f"127.0.1.{address + 1}", 0)
    )
    writer.write(data)
    return reader, writer


async def _is_closed(reader: asyncio.StreamReader) -> bool:
    try:
        async with asyncio.timeout(0.05):
            while await reader.read(4_096):
                pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


async def _slowest_health(target: Target, seconds: float) -> float:
    worst, until = 0.0, time.monotonic() + seconds
    async with Browser(target.base) as browser:
        await browser.call("GET", "/healthz")
        while time.monotonic() < until:
            began = time.monotonic()
            await browser.call("GET", "/healthz")
            worst = max(worst, time.monotonic() - began)
            await asyncio.sleep(0.1)
    return worst


async def _unread(target: Target) -> Finding:
    before = _memory_mb(target.pid)
    _reader, writer = await _opened(target, b"")
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    one = b"GET / HTTP/1.1\r\nHost: attack\r\n\r\n"
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(15):
            for _ in range(120):
                writer.write(one * 50)
                await writer.drain()
    await asyncio.sleep(2)
    grown = _memory_mb(target.pid) - before
    writer.transport.abort()
    return Finding(
        "slow", f"6,000 answers that nobody reads: memory {grown:+} MB", grown < _MOST_MB
    )


def _memory_mb(pid: int) -> int:
    """Return a process's memory; 0 where the system does not say."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) // 1024
