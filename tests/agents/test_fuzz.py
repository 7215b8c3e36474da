"""Every tool, asked with arguments that its own schema allows: it answers, or says what is wrong at
which field, and never fails on our side. A case that failed fails again: the seed is fixed.
"""

import copy
import json
import os
import random
import re

import pytest

from maritime_app.agents.tools import TOOLS
from maritime_app.settings.file import replace
from tests.booked import confirmed_in_rows
from tests.factories import ADA, CONTACT, a_sailing, an_ask, book, local_day

SEED = os.environ.get("FUZZ_SEED", "20261128")
CASES = int(os.environ.get("FUZZ_CASES", "12"))  # of each tool
DAYS = ["0001-01-01", "9999-12-31", "2024-02-29", "2027-02-29", "2100-02-29", "1969-12-31"]
INSTANTS = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "2026-11-28T23:59:60Z"]
TEXTS = [
    "", " ", "x", "NOOSL", "DEKEL", "EUR", "Ωκεανός", "\u202e", "\ufeff", "\u0301" * 50, "²", "٣",
    "%", "\\", "'", "a" * 300, "9" * 40, "-1", "1e999", "NaN", "🚢", "İstanbul", "10:00",
    "a@b.example",
]  # fmt: skip
NUMBERS = [0, 1, -1, 2, 99, 2**31, 2**53, 2**63 - 1, -(2**63), 2**63, 10**30]


@pytest.fixture
async def arguments(client, resources, db):
    """Arguments that work, by tool; a booking that is paid for can be changed."""
    plenty = dict.fromkeys(("look_up", "book", "search", "reference"), (100_000, 100_000.0))
    object.__setattr__(resources, "settings", replace(resources.settings, limits=plenty))
    sailing = str(await a_sailing(db))
    booked = await book(client, an_ask(sailing, people=[ADA]))
    await confirmed_in_rows(resources, booked)
    proof = {"reference": booked["reference"], "token": booked["token"]}
    asked = {"legs": [{"sailing_id": sailing}], "passengers": [ADA], "contact": CONTACT}
    act = {"key": "a key of mine", **proof}
    return {
        "find_ports": {"text": "Oslo"},
        "search_ferries": {"from": "NOOSL", "to": "DEKEL", "date": str(local_day(20))},
        "hold_booking": {"key": "a key of mine", "booking": asked},
        "get_mandate": {"mandate": "x" * 40},
        "pay_booking": act | {"mandate": "x" * 40},
        "get_booking": proof,
        "quote_change": proof | {"change": {}},
        "change_booking": act | {"change": {}, "difference_minor": 0},
        "quote_cancellation": proof,
        "cancel_booking": act | {"fee_minor": 10**11},  # another than the quoted one: not yet
        "find_vessel": {"text": "Aurora"},
    }


@pytest.mark.parametrize("name", sorted(TOOLS))
async def test_it_works(client, arguments, name):
    schema = TOOLS[name].described()["inputSchema"]
    chance, faults = random.Random(f"{SEED} {name}"), []

    for number in range(CASES):
        asked = copy.deepcopy(arguments[name])
        for _ in range(chance.choice((0, 1, 1, 2, 5)) if number else 0):
            change(asked, schema, schema.get("$defs", {}), chance)
        call = {"name": name, "arguments": asked}
        body = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": call}
        async with client.post("/mcp", json=body) as answer:
            told = await answer.json()
        faults += [f"{json.dumps(asked)}: {one}" for one in faults_of(answer, told, schema)]

    assert faults == []


def faults_of(answer, told, schema):
    """What is wrong with an answer."""
    result = told.get("result")
    if answer.status != 200 or result is None:
        return [f"{answer.status} {told}"]
    structured = result["structuredContent"]
    if not result["isError"]:
        return []
    if not structured["error"] or not structured["code"]:
        return [f"no reason: {structured}"]
    named = {re.split(r"[.\[]", one)[0] for one in structured.get("fields", {})}
    if structured["code"] == "invalid" and not named:
        return [f"no field: {structured}"]
    return []


def change(value, schema, defs, chance):
    """Change one field of an object, somewhere inside, to what its schema allows."""
    name = chance.choice(sorted(schema["properties"]))
    inner = meant(schema["properties"][name], defs, chance)
    if isinstance(value.get(name), dict) and "properties" in inner and chance.random() < 0.8:
        change(value[name], inner, defs, chance)
    else:
        value[name] = made(inner, defs, chance, 0)


def meant(schema, defs, chance):
    """The schema that is referred to, or one of several."""
    if "$ref" in schema:
        return meant(defs[schema["$ref"].rpartition("/")[2]], defs, chance)
    return meant(chance.choice(schema["anyOf"]), defs, chance) if "anyOf" in schema else schema


def made(schema, defs, chance, depth):
    """A value that the schema allows."""
    schema = meant(schema, defs, chance)
    if "enum" in schema:
        return chance.choice(schema["enum"])
    return MADE[schema.get("type", "null")](schema, defs, chance, depth)


def an_object(schema, defs, chance, depth):
    """What is required, and sometimes more."""
    needed = schema.get("required", [])
    fields = {
        name: made(inner, defs, chance, depth + 1)
        for name, inner in schema.get("properties", {}).items()
        if name in needed or chance.random() < 0.4 / (depth + 1)
    }
    further = schema.get("additionalProperties")
    if isinstance(further, dict):
        fields |= {chance.choice(TEXTS): made(further, defs, chance, depth + 1) for _ in range(2)}
    return fields


def an_array(schema, defs, chance, depth):
    """As few as may be, or a few more, or as many as may be."""
    least = schema.get("minItems", 0)
    most = min(schema.get("maxItems", 9), 30) if depth < 2 else least + 1
    number = chance.choice((least, least + 1, most))
    return [made(schema["items"], defs, chance, depth + 1) for _ in range(min(number, most))]


def a_number(schema, _defs, chance, _depth):
    """A number from the edges of what is allowed."""
    least, most = schema.get("minimum", -(10**30)), schema.get("maximum", 10**30)
    return chance.choice([one for one in (least, most, *NUMBERS) if least <= one <= most])


def a_text(schema, _defs, chance, _depth):
    """A text of the right length, form and pattern; any text where none of ours has it."""
    known = {"date": DAYS, "date-time": INSTANTS, "uuid": ["0" * 8 + "-0000" * 3 + "-" + "0" * 12]}
    if schema.get("format") in known:
        return chance.choice(known[schema["format"]])
    fits = [
        text
        for text in (*TEXTS, *DAYS, "b" * schema.get("minLength", 0))
        if schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 1_000)
        and re.search(schema.get("pattern", ""), text)
    ]
    return chance.choice(fits or TEXTS)


MADE = {
    "object": an_object,
    "array": an_array,
    "integer": a_number,
    "number": a_number,
    "string": a_text,
    "boolean": lambda _schema, _defs, chance, _depth: chance.random() < 0.5,
    "null": lambda _schema, _defs, _chance, _depth: None,
}
