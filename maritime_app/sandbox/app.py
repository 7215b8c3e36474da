"""Composition: every part under its own path of one server, and the mail sink on its own port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from maritime_app.sandbox import index
from maritime_app.sandbox.ais import server as ais
from maritime_app.sandbox.control import routes as control, timeline
from maritime_app.sandbox.cppi import server as cppi
from maritime_app.sandbox.faults import FAULT_SWITCHES, FaultSwitches
from maritime_app.sandbox.gtfs import server as gtfs
from maritime_app.sandbox.mail import routes as mailbox, sink
from maritime_app.sandbox.model import SandboxAddresses, SandboxConfig
from maritime_app.sandbox.neighbour import good_neighbour
from maritime_app.sandbox.operators import routes as operators
from maritime_app.sandbox.operators.timetable import codes
from maritime_app.sandbox.portwatch import server as portwatch
from maritime_app.sandbox.push import server as push
from maritime_app.sandbox.stripe import routes as stripe
from maritime_app.sandbox.unctad import server as unctad
from maritime_app.sandbox.warnings import server as warnings
from maritime_app.sandbox.weather import server as weather


def create_sandbox(config: SandboxConfig) -> web.Application:
    """The sandbox as one application: /stripe, /operators, /mailbox, /control, /unctad, /ais,
    /aishub, /weather, /portwatch, /cppi, /gtfs, /push, /warnings.
    """
    app = web.Application(client_max_size=1024 * 1024, middlewares=[good_neighbour])
    operator_codes = codes()
    app[FAULT_SWITCHES] = FaultSwitches(
        control.with_operators(config.faults, operator_codes), config.seed
    )
    timeline.mount(app)
    stripe.mount(app, config)
    operators.mount(app, config)
    sink.mount(app, config)
    mailbox.mount(app)
    control.mount(app)
    ais.mount(app, config)
    unctad.mount(app, config)
    portwatch.mount(app, config)
    cppi.mount(app, config)
    gtfs.mount(app)
    weather.mount(app)
    warnings.mount(app, config)
    push.mount(app)
    index.mount(app, config, operator_codes, ("ais", "unctad"))
    return app


@asynccontextmanager
async def serving_sandbox(config: SandboxConfig) -> AsyncIterator[SandboxAddresses]:
    """Serve until the block ends; the addresses hold the ports that were really taken."""
    app = create_sandbox(config)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, config.host, config.port)
        await site.start()
        port = runner.addresses[0][1]
        yield SandboxAddresses(config.host, port, sink.smtp_port(app))
    finally:
        await runner.cleanup()
