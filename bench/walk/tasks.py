"""Ten things that people come for, each begun on the first page by somebody who has never been
here: what they click, what they fill in, how many pages they see.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from bench.running_copy import Copy
from bench.walk import around, journey, table
from bench.walk.looks import LOOKS
from bench.walk.visitor import Visitor, visitor


@dataclass
class Bought:
    """The booking that the first task makes: the others look for it."""

    reference: str = ""
    cookies: Any = None  # of the browser in which it was booked


@dataclass(frozen=True)
class Task:
    """What somebody wants, and the clicks that it may take."""

    wish: str
    most_clicks: int
    do: Callable[[Visitor, Bought], Awaitable[None]]
    is_at_home: bool = False  # in the browser in which the booking was made


@dataclass(frozen=True)
class Count:
    """What a task took."""

    wish: str
    clicks: int
    fields: int
    pages: int


async def _buy(visitor: Visitor, bought: Bought) -> None:
    await journey.search(visitor)
    await journey.fill_in(visitor)
    await visitor.click("#booking-form aside .btn.go")
    await journey.pay(visitor)
    found = re.search(r"/bookings/(\w+)/ticket", visitor.page.url)
    assert found, visitor.page.url
    bought.reference = found[1]
    bought.cookies = await visitor.page.context.storage_state()


async def _results(visitor: Visitor, day: date | None = None) -> None:
    await visitor.port("from", "Athens", "GRPIR")
    await visitor.port("to", "Herak", "GRHER")
    if day is not None:
        await visitor.fill("[name=date]", day.isoformat())
    await visitor.click(".search-go")
    await visitor.until(".sailing")


async def _cheapest_day(visitor: Visitor, _bought: Bought) -> None:
    today = datetime.now(UTC).date()
    # Next month's: the days that are left of this one may all cost the same.
    await _results(visitor, (today.replace(day=1) + timedelta(days=45)).replace(day=15))
    await visitor.until('a[href*="/ferries/calendar"]')  # prices are looked up by a job
    await visitor.click('a[href*="/ferries/calendar"]')
    whole, lowest = "#month:not([data-refresh]) td a:has(b)", "td.lowest a"
    await visitor.until(whole)  # once they are looked up
    # None is marked where all days cost the same.
    await visitor.click(lowest if await visitor.page.locator(lowest).count() else whole)
    await visitor.until("button[name=out]")


async def _price_alert(visitor: Visitor, _bought: Bought) -> None:
    await _results(visitor)
    await visitor.click('a[href^="/alerts/new"]')
    await visitor.fill("[name=email]", "ada@example.org")
    await visitor.click("main form .btn.go")
    await visitor.until("h1")


async def _find(visitor: Visitor, bought: Bought) -> None:
    await visitor.click('.site-nav a[href^="/bookings/find"]')
    await visitor.fill("[name=reference]", bought.reference)
    await visitor.fill("[name=family_name]", "Lund")
    await visitor.click("main form .btn.go")
    await visitor.until("#booking")


async def _ticket_elsewhere(visitor: Visitor, bought: Bought) -> None:
    await _find(visitor, bought)
    await visitor.click('main a[href$="/ticket"]')
    await visitor.until(journey.TICKET)


async def _correct_a_name(visitor: Visitor, bought: Bought) -> None:
    await _find(visitor, bought)
    await visitor.click('main a[href$="/change"]')
    await visitor.fill("[name=passengers-0-given_name]", "Adele")
    await visitor.click("button[value=quote]")
    await visitor.click("button[value=order]")
    await visitor.until("#booking")


async def _let_others_follow(visitor: Visitor, bought: Bought) -> None:
    await _find(visitor, bought)
    await visitor.click("#share form button.small")
    await visitor.until(".share-link")


async def _cancel(visitor: Visitor, bought: Bought) -> None:
    await _find(visitor, bought)
    await visitor.click('main a[href$="/cancel"]')
    await visitor.click("button.bad")
    await visitor.until("#booking")


async def _ship(visitor: Visitor, _bought: Bought) -> None:
    await visitor.click('.site-nav a[href^="/vessels"]')
    await visitor.page.locator("#in-view tbody button").first.wait_for()
    await visitor.fill("#q", "kallirhoe")
    await visitor.page.keyboard.press("Enter")
    await visitor.click("#found button")
    await visitor.until("#ship-card h2")


async def _next_boats(visitor: Visitor, _bought: Bought) -> None:
    await visitor.click('.site-nav a[href^="/ports"]')
    await visitor.fill("main form[role=search] [name=q]", "Piraeus")
    await visitor.page.keyboard.press("Enter")
    await visitor.click('main a[href="/ports/GRPIR"]')
    await visitor.until('a[href*="/ferries/departures"]')


async def _write_again(visitor: Visitor, bought: Bought) -> None:
    await around.sign_in(visitor)
    await visitor.click('nav.tabs a[href="/admin/bookings"]')
    await visitor.fill("main form[role=search] input", bought.reference)
    await visitor.click("main form[role=search] .btn.go")
    if not await visitor.page.locator('form[action$="/resend"]').count():
        await visitor.click(f'main a[href="/admin/bookings/{bought.reference}"]')
    await visitor.click('form[action$="/resend"] button')
    await visitor.until(".notice")


TASKS = (
    Task("Buy a ticket: from the first page until it is on the screen", 4, _buy),
    Task("Find the cheapest day of the month", 3, _cheapest_day),
    Task("Be written to when it gets cheaper", 3, _price_alert),
    Task("See the ticket on another device", 3, _ticket_elsewhere),
    Task("Let the family follow the journey", 3, _let_others_follow),
    Task("Correct a name on the ticket", 5, _correct_a_name),
    Task("See where a ship is and when it arrives", 2, _ship),
    Task("See the next boats from a port", 2, _next_boats),
    Task("As staff: find a booking and write its ticket again", 5, _write_again),
    Task("Cancel, with the fee seen before", 4, _cancel, is_at_home=True),
)


async def counted(browser: Browser, copy: Copy, folder: Path, *, write: bool) -> list[str]:
    """Do all of them; return what failed or took too many clicks."""
    faults, counts, bought = [], [], Bought()
    for number, task in enumerate(TASKS, start=1):
        more = {"storage_state": bought.cookies} if task.is_at_home else {}
        async with visitor(browser, copy, LOOKS[0], folder / "tasks", **more) as someone:
            try:
                await someone.go("/")
                someone.pages = 0
                await task.do(someone, bought)
                await someone.shoot(f"task-{number}", whole=False)
            except Exception as error:  # the other tasks are still worth counting
                where = someone.page.url
                faults.append(f"task {number} stopped at {where}: {str(error).splitlines()[0]}")
                continue
        counts.append(Count(task.wish, someone.clicks, someone.fields, someone.pages))
        print(f"task {number:<2} {someone.clicks} clicks, {someone.fields} fields  {task.wish}")
        if someone.clicks > task.most_clicks:
            faults.append(f"task {number} took {someone.clicks} clicks, not {task.most_clicks}")
    if write and not faults:
        table.renew(counts)
    return faults
