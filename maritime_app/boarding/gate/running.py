"""A quay from its first list to its end: journal opened, list read (or the one that is kept), pages
served, journal handed in.
"""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import aiohttp
from aiohttp import web
from msgspec import Struct

from maritime_app import clock
from maritime_app.boarding.gate import settling
from maritime_app.boarding.gate.app import gate_app
from maritime_app.boarding.gate.gateway import ServerGateway
from maritime_app.boarding.gate.journal import Journal
from maritime_app.boarding.gate.service import Quay
from maritime_app.boarding.model import BoardingList
from maritime_app.errors import Unavailable
from maritime_app.infra.processes.waiting import end
from maritime_app.infra.secret_file import secret_in
from maritime_app.infra.telemetry import log
from maritime_app.infra.upstreams import names
from maritime_app.settings.model import Settings

logger = log.get(__name__)
_STOP_SECONDS = 2.0
_KEPT = timedelta(days=2)  # as in a browser's shelf


class GatePlan(Struct, frozen=True):
    """What a gate is started for. No `tls`: plain http, where browsers give no camera."""

    sailing_id: UUID
    server: str
    quay: str
    folder: Path
    tls: ssl.SSLContext | None = None


@asynccontextmanager
async def running(settings: Settings, plan: GatePlan) -> AsyncIterator[tuple[Quay, str]]:
    """Serve the gates until left; yield the quay and the address with its key.

    Raise Unavailable when neither the server nor the journal has the list.
    """
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=names.connector()))
        throw_away_old(plan.folder)
        server = ServerGateway(http, plan.server, plan.sailing_id, settings.gate)
        safe = re.sub(r"\W+", "-", plan.quay)
        journal = Journal(plan.folder / f"{plan.sailing_id}-{safe}.sqlite", plan.quay)
        quay = Quay(plan.quay, journal, await _first_list(journal, server))
        stack.callback(quay.close)
        key = secret_in(plan.folder / "gate_key")
        port = await stack.enter_async_context(_serving(settings, quay, key, plan.tls))
        settle = asyncio.create_task(settling.follow(quay, server, settings.gate))
        stack.push_async_callback(_end, settle)
        scheme = "https" if plan.tls else "http"
        yield quay, f"{scheme}://{{host}}:{port}/?key={key}"


def throw_away_old(folder: Path) -> None:
    """Delete the journals of sailings that left days ago and are handed in: they have names."""
    for file in folder.glob("*.sqlite"):
        journal = Journal(file, "")
        kept = journal.boarding_list()
        is_over = kept is None or kept.sailing.departs_at < clock.now() - _KEPT
        is_handed_in = journal.unsettled_count() == 0
        journal.close()
        if is_over and is_handed_in:
            for part in folder.glob(f"{file.name}*"):
                part.unlink()


async def _first_list(journal: Journal, server: ServerGateway) -> BoardingList:
    try:
        found = await server.boarding_list()
    except Unavailable as error:
        kept = journal.boarding_list()
        if kept is None:
            journal.close()
            raise
        logger.warning("gate_starts_without_server", words=str(error), list_of=kept.made_at)
        return kept
    journal.keep_list(found)
    return found


@asynccontextmanager
async def _serving(
    settings: Settings, quay: Quay, key: str, tls: ssl.SSLContext | None
) -> AsyncIterator[int]:
    runner = web.AppRunner(
        gate_app(settings, quay, key),
        access_log=None,
        handle_signals=False,
        shutdown_timeout=_STOP_SECONDS,
    )
    await runner.setup()
    try:
        gate = settings.gate
        await web.TCPSite(runner, gate.host, gate.port, ssl_context=tls).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def _end(task: "asyncio.Task[None]") -> None:
    await end(task)
