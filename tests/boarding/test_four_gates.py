"""Four browsers at the gates of one quay while the server cannot be reached."""

import asyncio
import os
import random
import shutil
from collections import Counter
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import async_playwright

from maritime_app.boarding.model import ScanRequest
from maritime_app.ids import uuid7
from tests.factories import ADA, BO
from tests.gate_page import scan
from tests.rows import execute

pytestmark = [pytest.mark.browser, pytest.mark.slow]
GATES = ("1", "2", "3", "4")
PARTIES, PEOPLE = 11, [ADA, BO] * 6
# How long the line is cut at least; the scans of a gate are spread over it (CUT_SECONDS=600).
CUT_SECONDS = float(os.environ.get("CUT_SECONDS", "0"))


@pytest.fixture
async def gates():
    """Opens the gates of a quay, each in a browser profile of its own."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("there is no Chromium here")
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=chromium)

        async def opened(link):
            pages = []
            for gate in GATES:
                page = await (await browser.new_context()).new_page()
                page.set_default_timeout(60_000)
                await page.goto(link)
                await page.locator("body[data-ready]").wait_for()
                await page.fill("#gate", gate)
                await page.locator("#gate").dispatch_event("change")
                pages.append(page)
            return pages

        yield opened
        await browser.close()


async def test_it_works(boarding, quay, line, gates):
    """528 scans while the line is cut, each ticket at each gate: let aboard once at the quay.

    Another quay lets eleven of them aboard, too: they are named at the merge. The line is cut for
    as long as the scans take, or for longer where CUT_SECONDS says so.
    """
    await execute(boarding.res, "update capacity set total = 500")
    codes = [list((await boarding.book(PEOPLE)).values()) for _party in range(PARTIES)]
    everybody = [code for party in codes for code in party]
    async with AsyncExitStack() as stack:
        north = await stack.enter_async_context(quay("north"))
        south = await stack.enter_async_context(quay("south"))
        pages = await gates(north.link)
        await line.cut()

        said = await asyncio.gather(*(scan_all(page, everybody) for page in pages))
        for party in codes:
            asked = ScanRequest(id=uuid7(), gate="9", code=party[0])
            assert (await south.quay.scan(asked)).verdict.outcome == "admitted"

        outcomes = Counter(outcome for gate in said for outcome in gate.values())
        assert outcomes == {"admitted": len(everybody), "duplicate": 3 * len(everybody)}
        for code in everybody:
            assert sum(gate[code] == "admitted" for gate in said) == 1
        count = f"{len(everybody)} / {len(everybody)}"
        for page in pages:
            await page.locator("#people", has_text=count).wait_for()

        await line.mend(boarding.client.port)
        for one in (north.quay, south.quay):
            await settled(one)
        for page in pages:
            await page.locator("#repeated li").nth(PARTIES - 1).wait_for()

    state = await boarding.get("state")
    assert state["count"]["people"] == len(everybody)
    assert len(state["repeated"]) == PARTIES
    for holder in state["repeated"]:
        assert {admission["quay"] for admission in holder["admissions"]} == {"north", "south"}


async def scan_all(page, codes):
    """Every code at this gate, in an order of its own; the outcome of each."""
    began, said = asyncio.get_running_loop().time(), {}
    for number, code in enumerate(random.sample(codes, len(codes)), start=1):
        said[code] = await scan(page, code)
        due = began + CUT_SECONDS * number / len(codes)
        await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
    return said


async def settled(quay):
    """Wait until the server has all of the journal."""
    async with asyncio.timeout(60):
        while quay.state().unsettled:
            await asyncio.sleep(0.05)
