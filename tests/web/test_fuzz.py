"""A generated fuzzer over every route, with real bookings: whatever comes in, the answer is one
that the description of the interface declares, and never a fault of ours.

The cases come from the routes and their structs, by a seed that is fixed here: a case that failed
fails again. `make attack` runs the same for longer, with other seeds.
"""

import copy
import json
import os
import random
import re
from typing import Any

import msgspec
import pytest
from yarl import URL

from maritime_app import domains
from maritime_app.settings.file import replace
from maritime_app.web.routing import GUEST
from tests import signed_in
from tests.factories import ADA, a_sailing, an_ask, book

SEED = int(os.environ.get("FUZZ_SEED", "20261126"))
CASES = int(os.environ.get("FUZZ_CASES", "6"))  # of each route
ODD_TEXTS = [
    "", " ", "0", "-1", "1", "999999999999999999999", "1e309", "NaN", "²", "٣", "true",
    "null",
    "a" * 300, "9" * 1_500, "é", "Ελλάδα", "\U0001f6a2", "%", "%41", "a,b", "../..", "'", '"',
    "<b>", "2027-01-31", "2027-02-30", "0001-01-01", "9999-12-31", "2027-01-31T12:00:00Z", "00:00",
    "00000000-0000-0000-0000-000000000000", "NOOSL", "DEKEL", "EUR", "\u202e", "\ufeff", "a\tb",
]  # fmt: skip
ODD_ENTRIES = [*ODD_TEXTS, "9" * 5_000, "1e999999"]  # too long for the address of a page
ODD_VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63), 10**30, 0.5, 1e308, [], {}, [[]], [None],
    {"": ""}, *ODD_TEXTS, "\u0000", "a\nb",
]  # fmt: skip


@pytest.fixture
async def known(client, resources, db):
    """What exists: bookings of a guest, a ship's and a port's address, sessions of staff."""
    # Guesses are wrong here by the hundred, and every one is to be judged.
    names = ("sign_in", "look_up", "book", "search", "person", "reference", "export")
    plenty = replace(resources.settings, limits=dict.fromkeys(names, (100_000, 100_000.0)))
    object.__setattr__(resources, "settings", plenty)
    sailing = await a_sailing(db)
    booking = await book(client, an_ask(sailing, people=[ADA]))
    return {
        "sailing": str(sailing),
        "reference": booking["reference"],
        "token": booking["token"],
        "admin": await signed_in.token(resources),
    }


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_it_works(client, known, method):
    """Programs get declared answers."""
    async with client.get("/api/v1/openapi.json") as answer:
        document = await answer.json()
    chance, faults = random.Random(f"{SEED} {method}"), []
    routes = [route for route in domains.ROUTES if route.is_api and route.method == method]
    for route in routes:
        path = re.sub(r":[^}]*", "", route.path)
        declared = document["paths"][path][method.lower()]["responses"]
        for _ in range(CASES):
            where, body = address(route, known, chance), a_body(route, known, chance)
            headers = known["admin"] if chance.random() < 0.8 else {}
            async with client.request(
                method, where, json=body, headers=headers, allow_redirects=False
            ) as answer:
                said = f"{method} {where} {json.dumps(body)[:300]}: {answer.status}"
                faults += [f"{said}, {fault}" for fault in await faults_of(answer, declared)]

    print(f"asked {len(routes) * CASES} times")  # noqa: T201 - read by bench/attack
    assert faults == []


async def test_pages_never_fail(client, known):
    await signed_in.sign_in(client, "admin@maritime.example")
    csrf = await signed_in.csrf(client, "/bookings/find")
    chance, faults = random.Random(f"{SEED} pages"), []
    routes = [
        route
        for route in domains.ROUTES
        if not route.is_api and route.path not in ("/sign-out", "/vessels/live")
    ]
    for route in routes:
        for _ in range(CASES):
            where = address(route, known, chance)
            fields = {name: chance.choice(ODD_ENTRIES) for name in FIELDS if chance.random() < 0.5}
            form = fields | {"csrf_token": csrf} if route.method == "POST" else None
            async with client.request(
                route.method, where, data=form, allow_redirects=False
            ) as answer:
                if answer.status >= 500 and answer.status != 503:
                    faults.append(f"{route.method} {where} {form}: {answer.status}")

    print(f"asked {len(routes) * CASES} times")  # noqa: T201 - read by bench/attack
    assert faults == []


async def faults_of(answer, declared):
    """What is wrong with an answer to a program: its status, its type, or its problem document."""
    if answer.status >= 500 and answer.status != 503:
        return ["a fault of ours"]
    if str(answer.status) not in declared:
        return ["not declared"]
    content = declared[str(answer.status)].get("content")
    if content and answer.content_type not in content:
        return [f"sent as {answer.content_type}"]
    if answer.status >= 400 and content:
        problem = await answer.json(content_type=None)
        if problem["status"] != answer.status or not problem["title"]:
            return ["no such problem document"]
    return []


FIELDS = (
    "legs-0-sailing_id", "passengers-0-given_name", "passengers-0-family_name",
    "passengers-0-birth_date", "passengers-0-nationality", "vehicles-0-length_cm", "contact-email",
    "terms", "total_minor", "fee_minor", "act", "sailing_id", "reference", "family_name", "name",
    "email", "role", "label", "password", "code", "task", "payload", "amount", "note", "reason",
    "mmsi", "lat", "lng", "threshold", "limit", "currency", "from", "to", "date", "days", "hours",
)  # fmt: skip


def address(route, known, chance):
    """An address of the route: usually of something that exists, with odd questions."""
    path = re.sub(r"\{(\w+)(?::[^}]*)?\}", lambda found: part(found[1], known, chance), route.path)
    names = [field.encode_name for field in fields_of(route.query)]
    if route.access == GUEST and route.method == "GET" and not route.is_api:
        names.append("token")
    asked = {}
    for name in names:
        if name == "token" and chance.random() < 0.8:
            asked[name] = known["token"]
        elif name in ("from", "to", "origin", "destination") and chance.random() < 0.7:
            asked[name] = chance.choice(("NOOSL", "DEKEL"))
        elif chance.random() < 0.4:
            asked[name] = chance.choice(ODD_TEXTS)
    if chance.random() < 0.05:
        asked["nobody"] = "asked"
    return URL(path, encoded=True).with_query(asked)


def part(name, known, chance):
    """A part of a path, encoded."""
    real = {"reference": known["reference"], "code": "NOOSL", "mmsi": "230111000"}
    if name in real and chance.random() < 0.8:
        return real[name]
    return URL.build(path="/" + chance.choice(ODD_TEXTS).replace("/", "")).raw_path[1:] or "x"


def a_body(route, known, chance):
    """A body for the route: one that fits, with a few values changed."""
    if route.body is None:
        return None if route.method == "GET" else chance.choice(({}, None, []))
    body = filled(route.body, known, chance, depth=0)
    for _ in range(chance.choice((0, 0, 1, 1, 2, 5))):
        change(body, chance)
    return body


def filled(kind, known, chance, depth):
    """Values for the fields of a struct, most of them right."""
    if depth > 3:
        return {}
    values = {}
    for field in fields_of(kind):
        if field.encode_name == "token":
            values["token"] = known["token"]
        elif field.encode_name == "sailing_id":
            values["sailing_id"] = known["sailing"]
        elif field.encode_name == "legs":
            values["legs"] = [{"sailing_id": known["sailing"]}]
        elif field.encode_name == "passengers":
            values["passengers"] = [dict(ADA)]
        elif field.encode_name == "contact":
            values["contact"] = {"email": "ada@example.org"}
        elif field.required or chance.random() < 0.3:
            values[field.encode_name] = copy.deepcopy(chance.choice(ODD_VALUES))
    return values


def change(value, chance):
    """Change one value somewhere inside."""
    if isinstance(value, dict) and value:
        key = chance.choice(sorted(value))
        if isinstance(value[key], (dict, list)) and value[key] and chance.random() < 0.7:
            change(value[key], chance)
        else:
            value[key] = copy.deepcopy(chance.choice(ODD_VALUES))
    elif isinstance(value, list) and value:
        if chance.random() < 0.2:
            value *= 30
        else:
            change(value[0], chance)


def fields_of(kind):
    """The fields of a struct; none of what is none."""
    return msgspec.structs.fields(kind) if isinstance(kind, type) else ()
