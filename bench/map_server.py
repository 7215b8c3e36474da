"""The product's web application with a stop-watch on its event loop:

GET /bench/blocked answers its longest block.
"""

import asyncio
import contextlib
import gc
import os
import resource
import time

import uvloop
from aiohttp import web

from maritime_app import domains
from maritime_app.app import create_app
from maritime_app.infra.telemetry import log
from maritime_app.resources import open_resources
from maritime_app.settings import file as settings_file

_STEP_SECONDS = 0.001


class Watch:
    """The longest time between two wake-ups since it was asked last, by the clock and by this
    thread's own work.

    The clock also counts what other processes took of the core; the work is what the loop itself is
    to blame for.
    """

    def __init__(self) -> None:
        self.longest = self.longest_work = 0.0

    async def run(self) -> None:
        """Wake up each millisecond and note how late it was."""
        while True:
            began, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(_STEP_SECONDS)
            self.longest = max(self.longest, time.perf_counter() - began - _STEP_SECONDS)
            self.longest_work = max(self.longest_work, time.thread_time() - worked)

    async def answer(self, request: web.Request) -> web.Response:
        """Milliseconds, and start anew."""
        told = {"blocked_ms": self.longest * 1000, "worked_ms": self.longest_work * 1000}
        self.longest = self.longest_work = 0.0
        return web.json_response(told)


async def main() -> None:
    """Serve on PORT until killed."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    log.set_up("WARNING", "json")
    async with open_resources(settings_file.load(os.environ), domains.PARTS) as res:
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
