"""The product's web application with a stop-watch on its event loop: GET /bench/blocked answers its longest block."""

import asyncio
import contextlib
import gc
import os
import resource
import time

import uvloop
from aiohttp import web

from maritime_app import settings as settings_file
from maritime_app.app import create_app
from maritime_app.infra import log
from maritime_app.resources import open_resources

_STEP_SECONDS = 0.001


class Watch:
    """The longest time that passed beyond a planned wake-up since it was asked last."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def run(self) -> None:
        """Wake up each millisecond and note how late it was."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(_STEP_SECONDS)
            self.longest = max(self.longest, time.perf_counter() - began - _STEP_SECONDS)

    async def answer(self, request: web.Request) -> web.Response:
        """Milliseconds, and start anew."""
        longest, self.longest = self.longest, 0.0
        return web.json_response({"blocked_ms": longest * 1000})


async def main() -> None:
    """Serve on PORT until killed."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    log.set_up("WARNING", "json")
    async with open_resources(settings_file.load(os.environ)) as res:
        app, watch = create_app(res), Watch()
        app.router.add_get("/bench/blocked", watch.answer)
        # The catch-all of the product stands before: ask ours first.
        app.router._resources.insert(0, app.router._resources.pop())
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"]), backlog=4096).start()
        gc.collect()
        gc.freeze()
        with contextlib.suppress(asyncio.CancelledError):
            await watch.run()


if __name__ == "__main__":
    uvloop.run(main())
