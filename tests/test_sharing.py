"""How the suite is divided among workers, and what it says of a test that never ends."""

import asyncio

import pytest

from tests import sharing


def test_it_works():
    """The unit of work of each test: a copy that several share, or the test alone."""
    assert sharing.unit_of("tests/pages/test_book.py::test_it_works") == "browser"
    assert sharing.unit_of("tests/pages/test_board.py::test_it_works[a]") == "browser"
    assert sharing.unit_of("tests/test_story.py::test_it_works") == "fairway"
    assert sharing.unit_of("tests/web/test_wire.py::test_a") == "tests/web/test_wire.py::test_a"


def test_a_copy_that_another_worker_has_started_is_not_started_again(tmp_path):
    servers = tmp_path / "servers"
    sharing.start_once(servers, "browser")
    sharing.start_once(servers, "fairway")

    with pytest.raises(FileExistsError):
        sharing.start_once(servers, "browser")


async def test_where_tasks_wait():
    async def waits_for_a_ship():
        await asyncio.sleep(3600)

    waiting = asyncio.create_task(waits_for_a_ship())
    await asyncio.sleep(0)

    assert "waits_for_a_ship" in sharing.where_tasks_wait()
    waiting.cancel()
