"""What is wrong with a form is listed above it: each with a link to its field, titles say so."""

import html
import re

import pytest

from tests import signed_in
from tests.booked import fields_of
from tests.factories import a_sailing, local_day

SUMMARY = re.compile(r'<div class="notice bad error-summary".*?</ul>', re.DOTALL)
LINK = re.compile(r'<a href="#([^"]+)">\s*(.*?)\s*</a>', re.DOTALL)


async def refused(client, address, **fields):
    """The page that comes back, and its list: the ids of the fields with what is said of them."""
    async with await signed_in.submit(client, address, **fields) as answer:
        page = await answer.text()
        assert answer.status == 422, page
    (summary,) = SUMMARY.findall(page)
    links = {target: html.unescape(words) for target, words in LINK.findall(summary)}
    assert len(links) == summary.count("<li>")
    for target in links:
        assert page.count(f'id="{target}"') == 1, target
    assert re.search(r"autofocus\s+aria-labelledby", summary)  # where reading begins
    return page, links


async def test_it_works(client, db):
    fields = {"limit": "much", "currency": "EUR", "email": "ada@example.org"}
    page, links = await refused(client, "/mandates", **fields)
    assert re.search(r"<title>\s*Error:\s*Let a program pay", page)
    assert links["f-limit"].startswith("At most, all bookings together: Please enter an amount")
    assert list(links) == ["f-limit", "f-currency"]  # as the form has them


@pytest.mark.parametrize(
    ("address", "fields", "wrong"),
    [
        (
            "/mandates",
            {"limit": "much", "currency": "EUR", "bookings": "99", "days": "8", "email": "ada"},
            {"f-limit", "f-currency", "f-bookings", "f-days", "f-email"},
        ),
        ("/mandates", {"to": "NOWHERE", "days": "8"}, {"f-limit", "f-days", "f-to", "f-email"}),
        (
            "/vessels/alerts",
            {"port": "NOWHERE", "lat": "99", "types": "rafts", "days": "100", "email": "ada"},
            {"f-port", "f-lat", "f-types", "f-days", "f-email"},
        ),
    ],
)
async def test_all_that_is_wrong_is_said_at_once(client, db, address, fields, wrong):
    """What cannot be read, and what is read and cannot be."""
    _page, links = await refused(client, address, **fields)
    assert wrong <= set(links)


async def test_what_cannot_be_read_makes_nothing_else_wrong(client, db):
    fields = {"lat": "99", "lng": "10", "dwell_minutes": "0.5", "email": "ada@example.org"}
    _page, links = await refused(client, "/vessels/alerts", **fields)
    assert set(links) == {"f-lat", "f-dwell_minutes"}


ALERT_OF_SHIPS = {"types": "cargo", "port": "NOWHERE", "email": "ada@example.org", "days": "7"}


@pytest.mark.parametrize(
    ("address", "fields", "wrong"),
    [
        ("/vessels/alerts", {**ALERT_OF_SHIPS, "enter": "true"}, "f-port"),
        ("/vessels/alerts", {"port": "GRPIR", "email": "ada@example.org"}, "f-enter"),
        (
            "/mandates",
            {"limit": "9", "currency": "EUR", "email": "a@b.example", "days": "8"},
            "f-days",
        ),
    ],
)
async def test_forms_that_anybody_sends(client, db, address, fields, wrong):
    _page, links = await refused(client, address, **fields)
    assert wrong in links


async def test_an_alert_of_prices(client, db):
    await a_sailing(db)
    way = {"from": "NOOSL", "to": "DEKEL", "date": local_day(20).isoformat()}
    fields = way | {"kind": "places", "email": "ada"}
    _page, links = await refused(client, "/alerts", **fields)
    assert list(links) == ["f-email"]


async def test_forms_of_the_staff(client, resources, db):
    sailing = await a_sailing(db)
    await signed_in.come_in(client, resources)
    page, links = await refused(client, "/admin/sailings/plan", minutes="0", first="soon")
    assert {"f-route", "f-minutes", "f-first", "f-weekday-1"} & set(links)
    assert re.search(r"<title>\s*Error:", page)
    here = f"/admin/sailings/{sailing}"
    _page, links = await refused(client, f"{here}/times", version="1", expected_departs_at="now")
    assert list(links) == ["f-expected_departs_at"]
    both = {"expected_departs_at": "now", "expected_arrives_at": "later"}
    _page, links = await refused(client, f"{here}/times", version="1", **both)
    assert list(links) == ["f-expected_departs_at", "f-expected_arrives_at"]
    page, links = await refused(client, f"{here}/cancel", version="1", note="Storm.")
    assert list(links) == ["c-reason"]
    assert 'value="Storm."' in page
    _page, links = await refused(client, "/admin/staff", email="x", name="", role="none")
    assert {"f-email", "f-name"} < set(links)
    listed = await (await client.get("/admin/sailings/fares")).text()
    path = re.findall(r'href="(/admin/sailings/fares/[^"]+)"', listed)[0]
    fields = fields_of(await (await client.get(path)).text())
    fields |= {"price-car": "much", "age-infant": "17", "rule-0-percent": "101", "first": "soon"}
    _page, links = await refused(client, path, **fields)
    assert set(links) == {"f-price-car", "f-age-infant", "f-rule-0-percent", "f-first"}
