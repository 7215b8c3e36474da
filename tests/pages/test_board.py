"""Boarding as a crew does it, on a phone: a ticket with and without a network, and twice."""

import asyncio

import pytest
from playwright.async_api import expect

from bench.audit import inspections
from tests.gate_page import scan
from tests.pages import walk
from tests.pages.looks import LOOKS, clean

pytestmark = [pytest.mark.browser, pytest.mark.slow]
expect.set_options(timeout=60_000)


@pytest.fixture
async def codes(open_page, journey):
    """The codes of the family's tickets; the car's is last."""
    page = await open_page(storage_state=journey.cookies)
    await page.goto(journey.ticket)
    return await page.locator("article.ticket code").all_text_contents()


@pytest.fixture
async def sailing(open_page, administrator):
    """The way to the gate of the family's sailing, from the day's list."""
    page = await open_page(storage_state=administrator)
    await page.goto(f"/admin/boarding?day={walk.DAY}")
    theirs = page.locator(".boarding-day > li", has_text="of 3 aboard")
    return await theirs.get_by_role("link", name="Open the gate").get_attribute("href")


@pytest.fixture
async def gate(open_page, administrator, sailing):
    """Opens the gate of the family's sailing."""

    async def opened(**look):
        page = await open_page(**{"phone": True, **look}, storage_state=administrator)
        await page.goto(sailing)
        await page.locator("body[data-ready]").wait_for()
        return page

    return opened


async def undo_all(page):
    """Take back what other tests let aboard."""
    await page.evaluate("document.getElementById('recent').closest('details').open = true")
    while await page.locator("#recent button").count():
        before = await page.locator("#recent button").count()
        await page.locator("#recent button").first.click()
        await expect(page.locator("#recent button")).to_have_count(before - 1)


async def test_it_works(gate, codes):
    page = await gate()
    await undo_all(page)

    assert await scan(page, codes[0]) == "admitted"
    await expect(page.locator("#who")).to_contain_text("Ada Lund")
    await expect(page.locator("#people")).to_have_text("1 / 3")
    assert await scan(page, codes[0]) == "duplicate"
    assert await scan(page, codes[3]) == "admitted"
    await expect(page.locator("#who")).to_contain_text("ABC 123")
    assert await scan(page, "FW2.AAAA2222.1.p1.1.forged") == "unknown"
    await undo_all(page)


async def test_without_a_network_even_when_the_page_is_opened_again(gate, codes):
    page = await gate()
    await undo_all(page)
    await page.context.set_offline(True)

    assert await scan(page, codes[0]) == "admitted"
    await page.reload()
    await page.locator("body[data-ready]").wait_for()
    assert await scan(page, codes[0]) == "duplicate"
    assert await scan(page, codes[1]) == "admitted"
    await expect(page.locator("#line")).to_contain_text("2 not handed in yet")

    await page.context.set_offline(False)
    await expect(page.locator("#line")).to_have_text("Connected")
    await expect(page.locator("#people")).to_have_text("2 / 3")
    await undo_all(page)


async def test_who_was_let_aboard_at_two_gates_without_a_network_is_named(gate, codes):
    gates = [await gate(), await gate()]
    await undo_all(gates[0])
    for page in gates:
        await page.context.set_offline(True)
        assert await scan(page, codes[2]) == "admitted"

    for page in gates:
        await page.context.set_offline(False)
    for page in gates:
        await expect(page.locator("#repeated")).to_contain_text("Liv Lund")
    await undo_all(gates[0])


async def test_somebody_without_a_ticket_is_found_by_name(gate):
    page = await gate()
    await undo_all(page)
    await page.fill("#code", "berg")
    await page.press("#code", "Enter")
    await page.locator("#found button").click()
    await expect(page.locator("#who")).to_contain_text("Bo Berg")
    await undo_all(page)


async def test_boarding_is_closed_with_the_count_and_opened_for_who_is_late(gate, codes):
    page = await gate()
    page.on("dialog", lambda dialog: dialog.accept())
    await undo_all(page)
    await scan(page, codes[0])
    await page.locator("#missing > summary").click()
    await expect(page.locator("#missing-list")).to_contain_text("Bo Berg")

    await page.locator("#close").click()
    await expect(page.locator("#closed-words")).to_contain_text("1 people (1 adults")
    assert await scan(page, codes[1]) == "closed"

    await page.locator("#reopen").click()
    await expect(page.locator("#closed")).to_be_hidden()
    assert await scan(page, codes[1]) == "admitted"
    await undo_all(page)


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_nothing_moves_when_the_first_answers_come(
    open_page, administrator, journey, sailing, language
):
    """What they fill in has its place before: nobody taps beside what they meant to."""
    page = await open_page(language, phone=True, storage_state=administrator)
    await page.add_init_script(inspections.WATCH_SHIFTS)
    seen = asyncio.Event()
    many = {"people": 123, "people_expected": 345, "vehicles": 34, "vehicles_expected": 120}
    many |= {"lane_cm": 20_050, "lane_cm_expected": 90_050}

    async def late(route):
        await seen.wait()
        answer = await route.fetch()
        told = await answer.json()
        if "count" in told:
            told["count"] |= many
        await route.fulfill(response=answer, json=told)

    for part in ("state", "list"):
        await page.route(f"**/boarding/**/{part}", late)
    await page.goto(sailing)
    await page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
    )
    seen.set()
    await page.locator("body[data-ready]").wait_for()
    await expect(page.locator("#people")).to_have_text("123 / 345")
    assert await inspections.stability(page) == []


@pytest.mark.parametrize("look", LOOKS)
async def test_everybody_can_read_it(gate, look):
    page = await gate(**LOOKS[look])
    await scan(page, "FW2.AAAA2222.1.p1.1.forged")
    for closed in await page.locator("details:visible > summary").all():
        await closed.click()
    await clean(page)
    await page.goto(page.url + "/manifest")
    await clean(page)
    await page.goto(f"/admin/boarding?day={walk.DAY}")
    await clean(page)
