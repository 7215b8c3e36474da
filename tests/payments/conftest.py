"""Faults of the sandbox that change how money comes."""

import pytest


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
