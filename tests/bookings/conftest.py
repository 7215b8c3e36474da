"""What tests of bookings share."""

import pytest
from aiohttp.test_utils import TestClient

from tests.conftest import BROWSER


@pytest.fixture
def switch(shop, sandbox):
    """Change the sandbox's faults."""

    async def change(patch):
        async with shop.session.post(f"{sandbox.url}/control", json=patch) as answer:
            assert answer.status == 200, await answer.text()

    return change


@pytest.fixture
async def other_browser(client):
    """A second browser at the same application, with cookies of its own."""
    async with TestClient(client.server, headers=BROWSER) as made:
        yield made
