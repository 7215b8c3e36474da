"""Pages that need no booking, and those of staff."""

from urllib.parse import urlencode

from bench.walk.journey import BACK, DAY
from bench.walk.visitor import Visitor

FAMILY_SEARCH = "/ferries?" + urlencode(
    {
        "from": "GRPIR",
        "to": "GRHER",
        "date": DAY.isoformat(),
        "return_date": BACK.isoformat(),
        "adults": 2,
        "children": 1,
        "vehicles": "car",
    }
)
_NO_WAY = "/ferries?" + urlencode({"from": "DEKEL", "to": "GRHER", "date": DAY.isoformat()})
# name, address, how long it draws in ms
PAGES = (
    ("home", "/", 0),
    ("family-results", FAMILY_SEARCH, 2500),
    ("no-way", _NO_WAY, 2500),
    ("month", "/ferries/calendar?from=GRPIR&to=GRHER&adults=2&children=1&vehicles=car", 0),
    ("destinations", "/ferries/destinations?from=GRPIR", 5000),
    ("departures", "/ferries/departures?port=GRPIR", 0),
    ("ports", "/ports", 0),
    ("port", "/ports/GRPIR", 1500),
    ("country", "/ports/countries/GR", 500),
    ("ranking", "/ports/ranking", 500),
    ("predictions", "/vessels/predictions", 0),
    ("find", "/bookings/find", 0),
    ("privacy", "/privacy", 0),
    ("api", "/api/docs", 0),
    ("not-found", "/nowhere", 0),
)
STAFF_PAGES = (
    ("dashboard", "/admin", 500),
    ("bookings", "/admin/bookings", 0),
    ("sales", "/admin/bookings/sales", 0),
    ("sailings", "/admin/sailings", 0),
    ("plan", "/admin/sailings/plan", 0),
    ("sales-close", "/admin/sailings/sales", 0),
    ("fares", "/admin/sailings/fares", 0),
    ("boarding", "/admin/boarding", 0),
    ("books", "/admin/reconciliation", 0),
    ("timetables", "/admin/timetables", 0),
    ("tasks", "/admin/tasks", 0),
    ("dead-tasks", "/admin/tasks?state=dead", 0),
    ("staff", "/admin/staff", 0),
    ("tokens", "/admin/tokens", 0),
    ("audit", "/admin/audit", 0),
    ("account", "/admin/account", 0),
)


async def walk(visitor: Visitor) -> None:
    """Look at everything that is open to all."""
    for name, path, settle_ms in PAGES:
        await visitor.go(path)
        await visitor.shoot(name, settle_ms=settle_ms)
    await family_form(visitor)
    await visitor.go("/vessels")
    await visitor.page.mouse.move(
        640, 400
    )  # where no graphics card draws it, a picture before that
    await visitor.shoot("map", settle_ms=6000, whole=not visitor.look.scripts)
    await visitor.go(visitor.copy.sandbox + "/mailbox")
    await visitor.shoot("mailbox")


async def family_form(visitor: Visitor) -> None:
    """Fill nothing in: the form of three people with a car, there and back."""
    await visitor.go(FAMILY_SEARCH)
    for way in ("out", "back"):
        await visitor.until(f"input[name={way}]")
        await visitor.tick(f"input[name={way}]")
    await visitor.click(".continue-bar button")
    await visitor.until("#booking-form")
    await visitor.shoot("family-form")


async def sign_in(visitor: Visitor) -> None:
    """Sign in as the first administrator."""
    await visitor.go("/sign-in")
    await visitor.fill("[name=email]", "admin@maritime.example")
    await visitor.fill("[name=password]", visitor.copy.password)
    await visitor.click("main form button[type=submit]")
    await visitor.until("nav.tabs")


async def staff_walk(visitor: Visitor) -> None:
    """Look at what staff have, with one booking and one task opened."""
    await sign_in(visitor)
    for name, path, settle_ms in STAFF_PAGES:
        await visitor.go(path)
        await visitor.shoot(f"staff-{name}", settle_ms=settle_ms)
    for name, path, first in (
        ("booking", "/admin/bookings", 'table a[href^="/admin/bookings/"]'),
        ("sailing", "/admin/sailings", 'main table a[href^="/admin/sailings/"]'),
        ("price-list", "/admin/sailings/fares", 'main a[href^="/admin/sailings/fares/"]'),
        ("task", "/admin/tasks", "table.data a"),
    ):
        await visitor.go(path)
        await visitor.click(first)
        await visitor.shoot(f"staff-{name}")
