"""The sandbox's mail server."""

import pytest


@pytest.fixture
def mailbox(played, sandbox):
    """What the sandbox's mail server has taken, newest first."""

    async def read():
        async with played.http.get(f"{sandbox.url}/mailbox/messages.json") as answer:
            return (await answer.json())["messages"]

    return read
