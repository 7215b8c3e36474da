"""Somebody's own webhook: what it was posted, and what it answers."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

from maritime_app.infra.processes.listening import listening


class Receiver:
    """Who is posted to; answers with `status`."""

    def __init__(self) -> None:
        self.posts: list[tuple[Mapping[str, str], bytes]] = []
        self.status = 200
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        """Keep what came."""
        self.posts.append((request.headers, await request.read()))
        return web.Response(status=self.status)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Listen on a free port until left."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/posted", receiver.take)
    async with listening(app, "127.0.0.1", 0, setting="PORT") as address:
        receiver.url = address + "/posted"
        yield receiver
