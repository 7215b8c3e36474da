"""An application behind a port, from the first connection to the last."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from maritime_app.infra.embedded.process import CannotStart

_STOP_SECONDS = 3.0


@asynccontextmanager
async def listening(
    app: web.Application,
    host: str,
    port: int,
    *,
    setting: str,
    runner_of: Callable[..., web.AppRunner] = web.AppRunner,
) -> AsyncIterator[str]:
    """Serve until left; yields the address that was bound (port 0 picks a free one).

    Raise CannotStart, which names the setting, when nobody may listen there.
    """
    runner = runner_of(app, access_log=None, handle_signals=False, shutdown_timeout=_STOP_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, backlog=1024, reuse_address=True)
        try:
            await site.start()
        except OSError as error:
            reason = error.strerror or str(error)
            raise CannotStart(f"{host}:{port}: {reason}; set {setting} to another one") from error
        bound_host, bound_port = runner.addresses[0][:2]
        yield f"http://{bound_host}:{bound_port}"
    finally:
        await runner.cleanup()
