"""The outside world alone, on fixed ports."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from maritime_app.cli.injection import GivenSettings
from maritime_app.cli.output import announce
from maritime_app.cli.processes import servers, start
from maritime_app.cli.processes.sandbox_settings import existing, sandbox_config
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.sandbox.ais.server import serve_ais
from maritime_app.sandbox.app import serving_sandbox

sandbox = App(name="sandbox", help="the outside world alone, on fixed ports")


@sandbox.default
async def run_sandbox(*, settings: GivenSettings) -> int:
    """Play the outside world on the ports of [sandbox] in settings.toml."""
    async with serving_sandbox(sandbox_config(servers.with_secret(settings))) as at:
        announce(f"sandbox on {at.url}, ship feed on {at.ais_url}, mail on port {at.smtp_port}")
        await start.forever()
    return 0


@sandbox.command(name="ais", help="a ship feed alone")
async def run_ship_feed(
    *,
    settings: GivenSettings,
    replay: Annotated[
        Path | None,
        Parameter(help="AISStream JSON lines or MarineCadastre CSV, plain or .gz"),
    ] = None,
    speed: Annotated[float, Parameter(help="times as fast as recorded")] = 1.0,
    loop: Annotated[
        bool,
        Parameter(negative="", help="begin again at the end (else: stay connected and silent)"),
    ] = False,
    keep_times: Annotated[
        bool,
        Parameter(negative="", help="send the recorded times instead of moving them to now"),
    ] = False,
) -> int:
    """Play a recorded file (or the demo ships) in AISStream's wire format."""
    existing(replay)
    host, port = settings.sandbox.host, free_port(settings.sandbox.host, settings.sandbox.port)
    url = f"ws://{host}:{port}/ais/v0/stream"
    announce(f"ship feed on {url}; point a copy of the service there with")
    announce(f"AISSTREAM_URL={url} AISSTREAM_API_KEY=sandbox python run.py")
    await serve_ais(host, port, replay, speed, loop=loop, shift=not keep_times)
    return 0
