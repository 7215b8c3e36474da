"""aiohttp and uvloop answering the bytes of a file: argv = file, content type."""

import os
import sys
from pathlib import Path

import uvloop
from aiohttp import web

BODY = Path(sys.argv[1]).read_bytes()
KIND = sys.argv[2]


async def answer(request: web.Request) -> web.Response:
    return web.Response(body=BODY, content_type=KIND)


if __name__ == "__main__":
    app = web.Application()
    app.router.add_get("/{tail:.*}", answer)
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), access_log=None, print=None)
