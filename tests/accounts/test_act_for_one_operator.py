"""Staff of one ferry operator: every guarded route is walked with what belongs to another one."""

import re

import pytest

from maritime_app import domains
from maritime_app.accounts import tokens
from maritime_app.accounts.permissions import (
    HOUSE_PERMISSIONS,
    PERMISSIONS,
    SESSION_ONLY,
    grantable,
)
from maritime_app.accounts.staff import service as staff
from maritime_app.bookings.ship_changes.model import ShipQuery
from maritime_app.errors import Conflict
from maritime_app.ids import uuid7
from maritime_app.web.routing import GUEST, PUBLIC, SIGNED
from tests import signed_in
from tests.booked import confirmed_in_rows
from tests.factories import a_sailing, an_ask, book, local_day
from tests.rows import execute, value

GUARDED = [one for one in domains.ROUTES if one.access not in (PUBLIC, GUEST, SIGNED)]
# One's own account is everybody's; another one's token is not.
WALKED = [one for one in GUARDED if one.access not in SESSION_ONLY or "{" in one.path]
AN_OPERATOR = (
    "insert into operator (id, code, name, kind, source)"
    " values (gen_random_uuid(), 'OTH', 'Other Line', 'house', 'test')"
)
AN_EXTRA = (
    "insert into extra_kind (code, operator_id, names)"
    " select 'nor_sauna', id, '{\"en\": \"Sauna of the North\"}' from operator where code = 'NOR'"
)
A_PROMOTION = (
    "insert into promotion (id, operator_id, code, percent)"
    " select gen_random_uuid(), id, 'NORTH-10', 10 from operator where code = 'NOR'"
)
NAMES = (
    "NORTH-10",
    "Lund",
    "Berg",
    "Northern Test Line",
    "Aurora Borealis",
    "OSL-KEL",
    "Sauna of the North",
)
SOME_ID = str(uuid7())
DAY = str(local_day(40))
PLAN = {
    "operator": "NOR", "route": "OSL-KEL", "ship": "AUR", "fare": "STD", "weekdays": [1],
    "times": ["10:00"], "minutes": 600, "first": DAY, "last": DAY,
}  # fmt: skip
LIST = {"code": "MINE", "prices": {"adult": 1}, "routes": ["OSL-KEL"], "first": DAY, "last": DAY}
BODIES = {
    "ActRequest": {"version": 1},
    "AddExtraRequest": {"operator": "NOR", "names": {"en": "Sauna"}},
    "Buyer": {"name": "Mallory"},
    "CancelRequest": {"version": 1, "reason": "weather"},
    "ClaimRequest": {"claim_id": SOME_ID, "approved": True},
    "CloseRequest": {"people": 0, "vehicles": 0},
    "ContactRequest": {"email": "mallory@example.org"},
    "DecideRequest": {"dispute_id": "dp_1", "decision": "honoured"},
    "GoodwillRequest": {"amount_minor": 1, "claimed_minor": 0, "note": "Sorry."},
    "NewListRequest": LIST
    | {"operator": "NOR", "currency": "EUR", "ages": {"infant_to": 3, "child_to": 12}},
    "NoteRequest": {"text": "Seen."},
    "PassageRequest": {"version": 1, "departed_at": f"{DAY}T10:00:00Z"},
    "PatternRequest": PLAN,
    "PayAgainRequest": {"refund_id": SOME_ID, "amount_minor": 1, "owed_minor": 1},
    "PriceListRequest": LIST | {"revision": 0},
    "PromotionRequest": {"operator": "NOR", "code": "MINE-10", "percent": 10},
    "ResendRequest": {"mails_written": 0},
    "SalesCloseRequest": {"operator": "NOR", "minutes": 5},
    "ScanRequest": {"id": SOME_ID, "gate": "1", "code": "x"},
    "SettleRequest": {"admissions": []},
    "ShipRequest": {"version": 1, "ship": "AUR", "losing": 0},
    "StaffCancelRequest": {"fee_minor": 0, "reason": "customer"},
    "StaffChangeRequest": {"change": {}, "difference_minor": 0},
    "StaffQuoteRequest": {"change": {}},
    "TaskRequest": {"job_id": SOME_ID},
    "TimesRequest": {"version": 1},
    "UndoRequest": {"id": SOME_ID},
}
FORM = {
    "version": "1", "reason": "weather", "text": "Seen.", "email": "mallory@example.org",
    "mails_written": "0", "operator": "NOR", "minutes": "60", "code": "nor_sauna", "act": "write",
    "name": "Mallory", "route": "NOR OSL-KEL", "ship": "AUR", "losing": "0", "revision": "0",
    "name-en": "Sauna", "fare": "STD", "weekday-1": "1", "times": "10:00", "first": DAY,
    "last": DAY,
}  # fmt: skip

FORMS = {
    "/admin/sailings/sales": {"operator": "NOR", "route": "OSL-KEL", "minutes": "5"},
    "/admin/sailings/promotions": {"operator": "NOR", "code": "MINE-10", "percent": "10"},
}


@pytest.fixture
async def theirs(client, resources):
    """What the Northern Test Line has; the Other Line has nothing but staff."""
    sailing = await a_sailing(resources.db)
    booking = await book(client, an_ask(sailing))
    await confirmed_in_rows(resources, booking)
    await execute(resources, f"{AN_OPERATOR}; {AN_EXTRA}; {A_PROMOTION}")
    await signed_in.token(resources, "analyst")
    return {
        "sailing_id": str(sailing),
        "reference": booking["reference"],
        "fare_id": str(await value(resources, "select id from fare")),
        "code": "nor_sauna",
        "promotion_id": str(await value(resources, "select id from promotion")),
        "token_id": str(await value(resources, "select id from api_token")),
        "passkey_id": SOME_ID,
    }


@pytest.mark.parametrize("role", ["operator", "admin"])
async def test_it_works(client, resources, theirs, role):
    """By a token with everything that it can carry, programs reach nothing of another operator."""
    headers = await signed_in.token(resources, role, operator="OTH")
    before, wrong = await state(resources), []

    for route in [one for one in WALKED if one.is_api]:
        body = BODIES.get(route.body.__name__) if route.body else None
        where = address(route, theirs)
        async with client.request(route.method, where, json=body, headers=headers) as answer:
            wrong += faults(route, answer.status, await answer.text(), theirs)

    assert wrong == []
    assert await state(resources) == before


@pytest.mark.parametrize("role", ["operator", "admin"])
async def test_pages_show_and_change_nothing_of_another_operator(client, resources, theirs, role):
    await signed_in.hire(resources, role, operator="OTH")
    await signed_in.sign_in(client, f"{role}.oth@maritime.example")
    csrf = await signed_in.csrf(client, "/bookings/find")
    before, wrong = await state(resources), []

    for route in [one for one in WALKED if not one.is_api]:
        form = FORMS.get(route.path, FORM) | {"csrf_token": csrf}
        where = address(route, theirs)
        async with client.request(
            route.method,
            where,
            data=form if route.method == "POST" else None,
            allow_redirects=False,
        ) as answer:
            wrong += faults(route, answer.status, await answer.text(), theirs)

    assert wrong == []
    assert await state(resources) == before


async def test_its_own_staff_reach_it(client, resources, theirs):
    """The control: what is refused above is not refused for being wrong."""
    headers = await signed_in.token(resources, "operator", operator="NOR")
    for route in [one for one in WALKED if one.is_api and one.access not in HOUSE_PERMISSIONS]:
        body = BODIES.get(route.body.__name__) if route.body else None
        where = address(route, theirs)
        async with client.request(route.method, where, json=body, headers=headers) as answer:
            said = await answer.text()
        assert answer.status not in (401, 403), (route.label, said)
        assert '"code":"invalid"' not in said, (route.label, said)


async def test_an_administrator_of_one_operator_has_no_say_in_the_house(resources):
    """Neither by a session nor by tokens, and no more than the role `operator` has."""
    bound = await signed_in.hire(resources, "admin")
    made = await tokens.make(resources, bound, bound, "all", set(grantable("admin")))
    await execute(resources, AN_OPERATOR)
    await signed_in.hire(resources, "agent")
    other = await staff.id_of(resources, "agent@maritime.example")
    await staff.set_role(resources, None, other, "admin")

    await staff.set_operator(resources, other, bound, "OTH")

    caller, _session = await signed_in.by_password(resources, "admin@maritime.example")
    assert caller.permissions == PERMISSIONS["operator"]
    holder = await signed_in.holder(resources, made)
    assert holder is not None
    assert holder.permissions == grantable("operator")
    assert (await staff.person(resources, bound)).may_give == sorted(grantable("operator"))


async def test_somebody_stays_administrator_of_all(resources):
    """The only one is neither bound, nor demoted or disabled in favour of one who is bound."""
    only = await signed_in.hire(resources, "admin")
    await execute(resources, AN_OPERATOR)
    bound = await signed_in.hire(resources, "agent", operator="OTH")
    await staff.set_role(resources, None, bound, "admin")

    with pytest.raises(Conflict):
        await staff.set_operator(resources, only, only, "OTH")
    with pytest.raises(Conflict):
        await staff.set_role(resources, only, only, "agent")
    with pytest.raises(Conflict):
        await staff.disable(resources, only, only)

    await staff.set_operator(resources, only, bound, None)
    await staff.set_operator(resources, bound, only, "OTH")


def faults(route, status, text, theirs):
    """What is wrong with an answer to somebody of another operator."""
    if route.access in HOUSE_PERMISSIONS:
        return [] if status == 403 else [f"{route.label}: {status}"]
    if route.method == "GET" and "{" not in route.path and status == 200:
        shown = [one for one in (*theirs.values(), *NAMES) if one in text]
        return [f"{route.label} shows {shown}"] if shown else []
    if status == 404 or (status == 403 and "another operator" in text):
        return []
    # Forms say of what is another one's what they say of what there is not.
    unknown = status in (409, 422) and re.search("There is no such (thing|extra|promo code)", text)
    return [] if unknown else [f"{route.label}: {status} {text[:300]}"]


def address(route, ids):
    """The address of a route with another operator's ids. A route with an id of a kind that is not
    known here fails: find out whose it is, and add it to `theirs`.
    """
    if route.access in HOUSE_PERMISSIONS:
        return re.sub(r"\{\w+(:[^}]*)?\}", SOME_ID, route.path)
    asked = "?ship=AUR" if route.query is ShipQuery else ""
    return re.sub(r"\{(\w+)(?::[^}]*)?\}", lambda found: ids[found[1]], route.path) + asked


async def state(res):
    """What every table holds, as one number each; that a token was used is no change."""
    names = await value(
        res,
        "select array_agg(table_name::text) from information_schema.tables"
        " where table_schema = 'public' and table_type = 'BASE TABLE'"
        " and table_name <> 'api_token'",
    )
    return {
        name: await value(res, f'select sum(hashtextextended(t::text, 0)) from "{name}" t')
        for name in names
    }
