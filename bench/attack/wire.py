"""Bytes to a running copy and back, and a client that follows nothing."""

import asyncio
import re
from typing import Any

import aiohttp
from yarl import URL


async def raw(base: str, data: bytes, seconds: float = 15.0) -> tuple[int, str, bytes]:
    """Send exactly these bytes; return status (0 for none), head and body."""
    where = URL(base)
    reader, writer = await asyncio.open_connection(where.host, where.port)
    answer = b""
    try:
        writer.write(data)
        async with asyncio.timeout(seconds):
            while part := await reader.read(65_536):
                answer += part
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()
    head, _gap, body = answer.partition(b"\r\n\r\n")
    status = head[9:12]
    return int(status) if status.isdigit() else 0, head.decode("latin-1"), body


class Browser:
    """A client with cookies of its own."""

    def __init__(self, base: str, **headers: str) -> None:
        self.base = base
        self.http = aiohttp.ClientSession(
            headers=headers,
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=60),
        )

    async def __aenter__(self) -> "Browser":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    async def call(self, method: str, path: str, **more: Any) -> tuple[int, bytes]:
        """Return status and body; redirects are not followed."""
        url = self.base + path
        async with self.http.request(method, url, allow_redirects=False, **more) as answer:
            return answer.status, await answer.read()

    async def form_token(self, path: str) -> str:
        """Return the token of a form on that page."""
        _status, body = await self.call("GET", path)
        found = re.search(rb'name="csrf_token" value="([^"]+)"', body)
        if found is None:
            raise RuntimeError(f"{path}: there is no form")
        return found[1].decode()
