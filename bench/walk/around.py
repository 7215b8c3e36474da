"""Pages that need no booking, and those of staff."""

from functools import partial
from operator import ne
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
_ISLANDERS_SEARCH = "/ferries?" + urlencode(
    {
        "from": "GRPIR",
        "to": "GRHER",
        "date": DAY.isoformat(),
        "adults": 2,
        "ages": "4,9",
        "vehicles": "car,camper:720:320",
        "pets": 1,
        "berths": 1,
        "resident_of": "GR-M",
    }
)
_NO_CABINS = "/ferries?" + urlencode(
    {"from": "GRLAV", "to": "GRJMK", "date": DAY.isoformat(), "adults": 2, "berths": 1}
)
_NO_WAY = "/ferries?" + urlencode({"from": "DEKEL", "to": "GRHER", "date": DAY.isoformat()})
_SHIP = 281990901  # one of ferries/demo/world.toml
_FIGURE = "/ports/figure?source=sandbox&report=US.PLSCI&place=GRPIR&measure=M6047&period=2024Q01"
# name, address, how long it draws in ms
PAGES = (
    ("home", "/", 0),
    ("family-results", FAMILY_SEARCH, 2500),
    ("islanders-results", _ISLANDERS_SEARCH, 2500),
    ("no-cabins", _NO_CABINS, 2500),
    ("no-way", _NO_WAY, 2500),
    ("month", "/ferries/calendar?from=GRPIR&to=GRHER&adults=2&children=1&vehicles=car", 0),
    ("destinations", "/ferries/destinations?from=GRPIR", 5000),
    ("departures", "/ferries/departures?port=GRPIR", 0),
    ("arrivals", "/ferries/arrivals?port=GRPIR", 0),
    ("price-alert", "/alerts/new?from=GRPIR&to=GRHER&date=" + DAY.isoformat(), 0),
    ("mandate", "/mandates/new", 0),
    ("ports", "/ports", 0),
    ("port", "/ports/GRPIR", 1500),
    ("port-days", "/ports/GRPIR/daily-calls", 500),
    ("port-days-changed", "/ports/GRPIR/daily-calls/history", 200),
    ("port-history", "/ports/GRPIR/history", 0),
    ("figure-history", _FIGURE, 0),
    ("port-ships", "/ports/GRPIR/calls", 0),
    ("comparison", "/ports/compare?ports=GRPIR,NLRTM", 500),
    ("methods", "/ports/methods", 0),
    ("country", "/ports/countries/GR", 500),
    ("ranking", "/ports/ranking", 500),
    ("predictions", "/vessels/predictions", 0),
    ("ship", f"/vessels/{_SHIP}", 1500),
    ("port-calls", "/vessels/port-calls", 0),
    ("feed", "/vessels/feed", 0),
    ("gaps", "/vessels/gaps", 0),
    ("warnings", "/vessels/warnings", 0),
    ("encounters", "/vessels/encounters", 0),
    ("ship-alert", "/vessels/alerts/new", 0),
    ("sign-in", "/sign-in", 0),
    ("style", "/design", 500),
    ("find", "/bookings/find", 0),
    ("help", "/help", 0),
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
    ("extras", "/admin/sailings/extras", 0),
    ("promotions", "/admin/sailings/promotions", 0),
    ("boarding", "/admin/boarding", 0),
    ("books", "/admin/reconciliation", 0),
    ("timetables", "/admin/timetables", 0),
    ("tasks", "/admin/tasks", 0),
    ("workers", "/admin/tasks/workers", 0),
    ("dead-tasks", "/admin/tasks?state=dead", 0),
    ("staff", "/admin/staff", 0),
    ("newcomer", "/admin/staff/new", 0),
    ("tokens", "/admin/tokens", 0),
    ("audit", "/admin/audit", 0),
    ("account", "/admin/account", 0),
)
# name, a list of staff, what is clicked from there
_SAILING = 'main table a[href^="/admin/sailings/"]'
OPENED = (
    ("booking", "/admin/bookings", 'table a[href^="/admin/bookings/"]'),
    ("sailing", "/admin/sailings", _SAILING),
    ("ship", "/admin/sailings", _SAILING, 'main a[href$="/ship"]'),
    ("price-list", "/admin/sailings/fares", 'main table a[href^="/admin/sailings/fares/"]'),
    ("new-price-list", "/admin/sailings/fares", 'main a[href^="/admin/sailings/fares/new"]'),
    ("gate", "/admin/boarding", 'main a.btn[href^="/boarding/"]'),
    ("manifest", "/admin/boarding", 'main a[href$="/manifest"]'),
    ("colleague", "/admin/staff", 'main table a[href^="/admin/staff/"]'),
    ("task", "/admin/tasks", "table.data a"),
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
    """Look at what staff have, with one of each kind opened."""
    await sign_in(visitor)
    for name, path, settle_ms in STAFF_PAGES:
        await visitor.go(path)
        await visitor.shoot(f"staff-{name}", settle_ms=settle_ms)
    for name, path, *links in OPENED:
        await visitor.go(path)
        for link in links:
            where = visitor.page.url
            await visitor.click(link)
            await visitor.page.wait_for_url(partial(ne, where))
        await visitor.shoot(f"staff-{name}")
