"""The sandbox at hand, and one process that does nothing by itself."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from maritime_app import domains
from maritime_app.app import create_app
from maritime_app.cli.processes.sandbox_settings import WEBHOOK_PATH, use_sandbox
from maritime_app.resources import open_resources
from maritime_app.sandbox.app import create_sandbox
from maritime_app.sandbox.mail import sink
from maritime_app.sandbox.model import (
    Faults,
    OperatorFaults,
    SandboxAddresses,
    SandboxConfig,
    StripeFaults,
)
from maritime_app.sandbox.stripe.provider import PROVIDER
from maritime_app.settings.file import replace
from tests import signed_in
from tests.agreement.world import World
from tests.conftest import BROWSER
from tests.killed import Death

AT_ONCE = OperatorFaults(
    offer_latency_min_seconds=0.0,
    offer_latency_max_seconds=0.0,
    call_latency_seconds=0.0,
    presold_percent=0,
)


@pytest.fixture
def settings(settings):
    """Many people book from one address, as often as they like."""
    names = ("per_address", "per_contact", "per_sailing", "per_token")
    unpaid = {f"unpaid_{name}": 0 for name in names}
    limits = dict.fromkeys(settings.limits.__struct_fields__, (100000, 100000.0))
    return replace(settings, bookings=unpaid, limits=limits)


@pytest.fixture
async def world(settings, monkeypatch):
    """The sandbox, whose events go nowhere by themselves, and one process of ours."""
    faults = Faults(operators={"NDL": AT_ONCE, "THA": AT_ONCE}, stripe=StripeFaults(deliver=False))
    outside = create_sandbox(
        SandboxConfig(webhook_url=settings.public_url + WEBHOOK_PATH, faults=faults)
    )
    runner = web.AppRunner(outside, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    at = SandboxAddresses("127.0.0.1", runner.addresses[0][1], sink.smtp_port(outside))
    death = Death(monkeypatch)
    death.install()
    try:
        async with open_resources(use_sandbox(settings, at), domains.PARTS) as played:
            app = create_app(played)
            server = TestServer(app, port=played.settings.web.port)
            client = TestClient(server, headers=BROWSER)
            staff = await signed_in.token(played, "admin")
            made = World(client, played, outside[PROVIDER], death, staff)
            app.middlewares.insert(0, made.dying)
            async with client:
                await made.start()
                yield made
                await made.stop()
    finally:
        await runner.cleanup()
