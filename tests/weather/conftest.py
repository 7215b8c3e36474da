"""Weather services of the sandbox, with faults to switch on."""

from collections.abc import Awaitable, Callable

import pytest


@pytest.fixture
def fault(played, sandbox) -> Callable[[str], Awaitable[None]]:
    """Make the weather services misbehave; an empty name mends them."""

    async def switch(name: str) -> None:
        body = {"weather": {"fault": name}}
        async with played.http.post(f"{sandbox.url}/control", json=body) as answer:
            assert answer.status == 200, await answer.text()

    return switch
