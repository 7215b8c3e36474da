"""An alert of prices as Ada asks for it, and the link that its mails have."""

import re

from maritime_app import signed_links
from maritime_app.bookings.fare_alerts import mails
from maritime_app.ferries.lowest_fares import refreshing
from tests.factories import a_sailing

FAMILY = {"adults": 2, "ages": [4, 9], "vehicles": [{"kind": "car"}], "pets": 1}
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


def csrf_of(page):
    """Return the token of the form on that page."""
    found = _CSRF.search(page)
    assert found, page
    return found[1]


async def sold_day(resources):
    """Have a boat from Oslo to Kiel in twenty days, its price known; returns its local day."""
    await a_sailing(resources.db, days_ahead=20)
    await refreshing.refresh(resources)
    async with resources.db.acquire() as conn:
        return await conn.fetchval(
            "select (departs_at at time zone 'Europe/Oslo')::date from sailing"
        )


async def link_of(resources, email="ada@example.org"):
    """Return the address that the mails of that address' newest alert have."""
    async with resources.db.acquire() as conn:
        alert_id = await conn.fetchval(
            "select id from fare_alert where email = $1 order by id desc limit 1", email
        )
    return f"/alerts/{signed_links.token(resources.settings, mails.PURPOSE, alert_id)}"


async def asked_alert(client, resources, **more):
    """Ask on the page for an alert of 45.50 and less; returns the link of its mail."""
    day = await sold_day(resources)
    way = {"from": "NOOSL", "to": "DEKEL", "date": str(day)}
    async with client.get("/alerts/new", params=way) as answer:
        text = await answer.text()
    token = csrf_of(text)
    form = way | {"kind": "price", "threshold": "45,50", "email": "ada@example.org"}
    async with client.post("/alerts", data=form | more | {"csrf_token": token}) as answer:
        assert answer.status == 200, await answer.text()
    return await link_of(resources, form["email"])
