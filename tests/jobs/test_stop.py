"""Workers stop whenever they are told to, also in the middle of their start."""

import asyncio

import pytest

from maritime_app import domains
from maritime_app.jobs.workers import working


async def test_it_works(resources):
    async with working(resources, domains.TASKS, []) as runner:
        assert runner.running == 0


@pytest.mark.parametrize("milliseconds", [0, 2, 4, 6, 8, 10, 12, 15, 20, 25])
async def test_while_they_connect(resources, milliseconds):
    """redis-py swallows a cancellation while it connects: workers that had only that went on."""
    async with asyncio.timeout(60), working(resources, domains.TASKS, []):
        await asyncio.sleep(milliseconds / 1000)
