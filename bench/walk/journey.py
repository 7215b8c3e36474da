"""Search, choose, fill in, pay, ticket, change, cancel; every form is really sent."""

from datetime import UTC, datetime, timedelta

from bench.walk.visitor import Visitor

DAY = (datetime.now(UTC) + timedelta(days=6)).date()
BACK = DAY + timedelta(days=3)
FAMILY = (
    ("Ada", "Lund", "1990-04-02"),
    ("Bo", "Berg", "1988-11-20"),
    ("Liv", "Lund", "2018-06-09"),
)
_UNPRINTABLE = "Ada\N{GRINNING FACE}"
TICKET = "article.ticket"


async def walk(visitor: Visitor) -> None:
    """Walk the whole way, with a photograph of every page and state."""
    await search(visitor, photograph=True)
    await _form_with_mistakes(visitor)
    await fill_in(visitor)
    await visitor.shoot("form-filled")
    await visitor.click("#booking-form aside .btn.go")
    await pay(visitor, photograph=True)
    booking = visitor.page.url.partition("/ticket")[0]
    await visitor.go(booking)
    await visitor.shoot("confirmed", settle_ms=1000)
    await visitor.go(f"{booking}/departures")
    await visitor.shoot("departures")
    await visitor.go(booking)
    await visitor.click("#share form button.small")
    await visitor.click(".share-link")
    await visitor.shoot("trip")
    await _change(visitor, booking)
    await _cancel(visitor, booking)


async def search(visitor: Visitor, *, photograph: bool = False) -> None:
    """From the first page to the form, with the first sailing that can be booked."""
    await visitor.go("/")
    await visitor.port("from", "Athens" if visitor.look.scripts else "", "GRPIR")
    await visitor.port("to", "Herak", "GRHER")
    await visitor.fill("[name=date]", DAY.isoformat())
    if photograph:
        await visitor.shoot("search-filled")
    await visitor.click(".search-go")
    await visitor.until("button[name=out]")
    if photograph:
        await visitor.shoot("results", settle_ms=2500)
    await visitor.click("button[name=out]")
    await visitor.until("#booking-form")
    if photograph:
        await visitor.shoot("form")


async def _form_with_mistakes(visitor: Visitor) -> None:
    await fill_in(visitor)
    await visitor.fill("[name=passengers-0-given_name]", _UNPRINTABLE)
    await visitor.click("#booking-form aside .btn.go")
    await visitor.until(".error-summary")
    await visitor.shoot("form-mistakes")


async def fill_in(visitor: Visitor) -> None:
    """The booking form, for as many of the family as it has rows."""
    page = visitor.page
    people = await page.locator("[name$=-given_name]").count()
    for number, (given, family, born) in enumerate(FAMILY[:people]):
        row = f"[name=passengers-{number}-"
        await visitor.fill(f"{row}given_name]", given)
        await visitor.fill(f"{row}family_name]", family)
        await visitor.fill(f"{row}birth_date]", born)
    if await page.locator("[name=vehicles-0-plate]").count():
        await visitor.fill("[name=vehicles-0-plate]", "ABC 123")
    await visitor.fill("[name=contact-email]", "ada@example.org")
    await visitor.tick("[name=terms]")


async def pay(visitor: Visitor, *, photograph: bool = False) -> None:
    """From the payment page, whose card the sandbox has filled in, to the tickets."""
    await visitor.until("button[value=pay]")
    if photograph:
        await visitor.shoot("payment")
    await visitor.click("button[value=pay]")
    if photograph:
        await visitor.until("#payment")
        await visitor.shoot("paid")
    await visitor.until(TICKET)
    if photograph:
        await visitor.shoot("ticket")


async def _change(visitor: Visitor, booking: str) -> None:
    await visitor.go(booking)
    await visitor.click('main a[href$="/change"]')
    await visitor.until("[name=passengers-0-given_name]")
    await visitor.shoot("change")
    await visitor.fill("[name=passengers-0-given_name]", "Adele")
    await visitor.click("button[value=quote]")
    await visitor.until("button[value=order]")
    await visitor.shoot("change-price")
    await visitor.click("button[value=order]")
    await visitor.until("#booking")
    await visitor.shoot("changed")


async def _cancel(visitor: Visitor, booking: str) -> None:
    await visitor.go(booking)
    await visitor.click('main a[href$="/cancel"]')
    await visitor.until("button.bad")
    await visitor.shoot("cancel")
    await visitor.click("button.bad")
    await visitor.until("#booking")
    await visitor.shoot("cancelled")
