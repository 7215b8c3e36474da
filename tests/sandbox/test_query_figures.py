"""The statistics server's query API: keys, columns, periods, gzip, and its faults."""

import csv
import gzip

import pytest

from maritime_app.sandbox.model import DEFAULT_UNCTAD_ID, DEFAULT_UNCTAD_SECRET

KEYS = {"ClientId": DEFAULT_UNCTAD_ID, "clientsecret": DEFAULT_UNCTAD_SECRET}
QUESTION = {
    "$select": "Quarter/Code,Port/Code,Port/Label,M6047/Value,Why",
    "$compute": "M6047/MissingValue/Label as Why",
    "$filter": "Quarter/Code in ('2024Q01','2024Q02') and Port/Code eq 'GRPIR'",
    "$orderby": "Quarter/Code asc",
    "$format": "csv",
    "compress": "gz",
}


@pytest.fixture
def ask(http, sandbox):
    async def ask(form=QUESTION, keys=KEYS, report="US.PLSCI"):
        address = f"{sandbox.unctad_query_url}/{report}/cur/Facts?culture=en"
        async with http.post(address, data=form, headers=keys) as answer:
            return answer.status, await answer.read()

    return ask


async def test_it_works(ask):
    status, body = await ask()
    assert status == 200
    assert body[:2] == b"\x1f\x8b"
    rows = list(csv.DictReader(gzip.decompress(body).decode().splitlines()))
    assert list(rows[0]) == ["Quarter_Code", "Port_Code", "Port_Label", "M6047_Value", "Why"]
    assert [(row["Quarter_Code"], row["Port_Code"]) for row in rows] == [
        ("2024Q01", "GRPIR"),
        ("2024Q02", "GRPIR"),
    ]
    assert float(rows[0]["M6047_Value"]) > 0


async def test_plain_and_every_column(ask):
    status, body = await ask({"$filter": "Period/Code in ('2025S02')"}, report="US.PortCalls_S")
    assert status == 200
    rows = list(csv.DictReader(body.decode().splitlines()))
    assert {row["Period_Code"] for row in rows} == {"2025S02"}
    assert {"Economy_Label", "M3761_MissingValue_Label", "M1921_Footnote_Text"} <= set(rows[0])
    assert {row["CommercialMarket_Code"] for row in rows} >= {"00", "08"}


async def test_the_wrong_keys_are_refused(ask):
    for keys in ({}, KEYS | {"clientsecret": "x"}, {"ClientId": DEFAULT_UNCTAD_ID}):
        assert (await ask(keys=keys))[0] == 401


@pytest.mark.parametrize(
    "change",
    [
        {"$select": "Quarter/Code,Weather"},
        {"$filter": "Quarter/Code in (2024Q01)"},
        {"$filter": "Quarter/Code about '2024Q01'"},
        {"$compute": "M9999/Value as Why"},
        {"$compute": "Why"},
    ],
)
async def test_what_it_does_not_have_is_named(ask, change):
    status, body = await ask(QUESTION | change)
    assert (status, bool(body)) == (400, True)


async def test_no_such_report(ask):
    assert (await ask(report="us.plsci"))[0] == 404


@pytest.mark.parametrize(
    ("name", "expected"), [("refuse", 403), ("busy", 429), ("broken", 503), ("garbage", 200)]
)
async def test_faults_are_switched_on(ask, switch, name, expected):
    await switch({"unctad": {"query": name}})
    status, body = await ask()
    assert status == expected
    assert body[:2] != b"\x1f\x8b"
    await switch({"unctad": {"query": ""}})
    assert (await ask())[0] == 200
