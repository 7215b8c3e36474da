"""What tests of bookings share."""

import pytest


@pytest.fixture
def switch(shop, sandbox):
    """Change the sandbox's faults."""

    async def change(patch):
        async with shop.session.post(f"{sandbox.url}/control", json=patch) as answer:
            assert answer.status == 200, await answer.text()

    return change
