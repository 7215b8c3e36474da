"""`make shell`: statements run on the loop of the resources, and `await` works."""

import asyncio

import pytest

from maritime_app.cli.developer.shell import Console, names


@pytest.fixture
async def console(resources):
    """A prompt over the resources of this test."""
    return Console(names(resources), asyncio.get_running_loop())


async def typed(console, *lines):
    """Type lines as at a prompt, beside the loop."""
    for line in lines:
        await asyncio.to_thread(console.push, line)
    return console.locals


async def test_it_works(console):
    known = await typed(console, "async with res.db.acquire() as conn:",
                        "    one = await conn.fetchval('select 1')", "")  # fmt: skip
    assert known["one"] == 1


async def test_it_knows_every_domains_service(console):
    assert {"accounts", "bookings", "payments", "vessels", "res", "settings"} <= set(console.locals)


async def test_a_mistake_is_shown_and_the_prompt_comes_back(console, capsys):
    known = await typed(console, "1 / 0", "after = 'still here'")
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert known["after"] == "still here"
