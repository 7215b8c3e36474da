"""The listening socket and its connections."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

from aiohttp import web
from aiohttp.web_server import Server

from maritime_app.infra.processes.lifecycle import Lifecycle
from maritime_app.infra.processes.listening import listening
from maritime_app.infra.processes.waiting import end
from maritime_app.settings.model import Web
from maritime_app.web.edge import deadlines, leaving
from maritime_app.web.edge.connection import Connection, Edge
from maritime_app.web.routing import Handler

Ready = Callable[[Handler], Handler]


class _Server(Server):
    """aiohttp's server, with connections of ours, and with answers that come before the router."""

    def __init__(self, edge: Edge, like: Server, ready: Ready) -> None:
        # The factory is the application's, so each request is one of its kind.
        handler = cast(Handler, like.request_handler)
        super().__init__(cast(Any, ready(handler)), request_factory=like.request_factory)
        self._kwargs = like._kwargs  # noqa: SLF001 - how connections are made
        self._edge = edge

    def __call__(self) -> Connection:
        return Connection(self._edge, self, loop=self._loop, **self._kwargs)


class Runner(web.AppRunner):
    """aiohttp's runner, with a server of ours."""

    def __init__(
        self,
        app: web.Application,
        edge: Edge,
        ready: Ready,
        finish_seconds: Callable[[], float],
        **more: Any,
    ) -> None:
        super().__init__(app, **more)
        self._edge = edge
        self._ready = ready
        self._finish_seconds = finish_seconds

    async def _make_server(self) -> Server:
        return _Server(self._edge, await super()._make_server(), self._ready)

    async def cleanup(self) -> None:
        """Close the port, then the connections: where there is time, each when it is answered."""
        if seconds := self._finish_seconds():
            ports = list(self._listening())
            leaving.refuse_newcomers(ports)
            await leaving.until_let_in(ports)
            for site in list(self.sites):
                await site.stop()
            await leaving.until_answered(self._edge, seconds)
        await super().cleanup()

    def _listening(self) -> Iterator[int]:
        for site in self.sites:
            server = site._server  # noqa: SLF001 - aiohttp gives the sockets' names alone
            for port in getattr(server, "sockets", ()):
                yield port.fileno()


@asynccontextmanager
async def serving_connections(
    app: web.Application,
    settings: Web,
    headers: Mapping[str, str],
    lifecycle: Lifecycle,
    ready: Ready,
) -> AsyncIterator[str]:
    """Serve until left; yields the address that was bound (port 0 picks a free one).

    `headers` are those of every answer; `ready` puts before the router what needs none. Behind a
    proxy all connections are the proxy's, and it is the proxy that counts them by address. After a
    drain requests in hand have `finish_seconds`. Raise CannotStart when the port is taken.
    """
    edge = Edge(headers, 0 if settings.trust_proxy else settings.connections_per_address)

    runner_of = partial(
        Runner,
        edge=edge,
        ready=ready,
        finish_seconds=lambda: settings.finish_seconds if lifecycle.spares_clients else 0.0,
        keepalive_timeout=settings.idle_seconds,
    )
    watching = asyncio.create_task(deadlines.watch(edge, settings))
    try:
        async with listening(
            app, settings.host, settings.port, setting="PORT", runner_of=runner_of
        ) as address:
            yield address
    finally:
        await end(watching)
