"""Faults of the sandbox that change how money comes."""

import pytest
from stripe import AIOHTTPClient

from maritime_app import domains
from maritime_app.cli.processes.sandbox_settings import use_sandbox
from maritime_app.resources import open_resources
from maritime_app.settings.file import replace
from tests.payments.line_to_stripe import TIMEOUT_SECONDS, LineToStripe


@pytest.fixture
def switch(shop, sandbox):
    """Change the sandbox's faults."""

    async def change(patch):
        async with shop.session.post(f"{sandbox.url}/control", json=patch) as answer:
            assert answer.status == 200, await answer.text()

    return change


@pytest.fixture
def dashboard(shop, sandbox):
    """What somebody does in Stripe's dashboard: refunds, disputes, payouts (see /control)."""

    async def act(what, **fields):
        async with shop.session.post(f"{sandbox.url}/control/{what}", json=fields) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    return act


@pytest.fixture
async def line(sandbox):
    """A line to Stripe that can fail."""
    async with LineToStripe(sandbox.stripe_url).served() as made:
        yield made


@pytest.fixture
async def over_line(settings, sandbox, line, monkeypatch):
    """Resources that ask the sandbox's Stripe over that line, and give up soon: for tests that
    break it, as a busy machine takes longer than that for some answers.
    """
    monkeypatch.setattr(AIOHTTPClient, "INITIAL_DELAY", 0.0)  # between its two tries
    chosen = {"api_base": line.url, "timeout_seconds": TIMEOUT_SECONDS}
    through_line = replace(use_sandbox(settings, sandbox), stripe=chosen)
    async with open_resources(through_line, domains.PARTS) as res:
        yield res
