"""Port calls, gaps, encounters and warnings in pages, the newest first."""

from datetime import timedelta
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.ids import uuid7
from maritime_app.ports import service as ports
from maritime_app.vessels.encounters import store as encounters
from maritime_app.vessels.encounters.model import Encounter
from maritime_app.vessels.events.paging import page, read_cursor
from maritime_app.vessels.gaps import store as gaps
from maritime_app.vessels.gaps.model import Gap
from maritime_app.vessels.model import Source
from maritime_app.vessels.port_calls import store as port_calls
from maritime_app.vessels.port_calls.model import PortCall, PortCallState
from maritime_app.vessels.warnings import store as warnings
from maritime_app.vessels.warnings.model import SeaWarning, WarningKind
from tests.factories import a_port
from tests.vessels.frames import AURORA, NEREID

REAL = int(Source.AISSTREAM)
PLACES = {"type": "MultiPoint", "coordinates": [[10.2, 54.5]]}
COUNT = 5


@pytest.fixture
async def began():
    """When the five events of each kind began: two of them at the same moment."""
    now = clock.now()
    return [now - timedelta(hours=hours) for hours in (1, 2, 2, 3, 4)]


@pytest.fixture
async def events(resources, began):
    """Five of each kind."""
    async with resources.db.transaction() as conn:
        kiel = (await harbours(conn))["DEKEL"]
        await port_calls.upsert_calls(conn, [a_call(kiel, at) for at in began])
        await gaps.upsert_gaps(
            conn, [Gap(uuid7(), AURORA, 0, REAL, at, 54.5, 10.2, 12.0, 1.0) for at in began]
        )
        two = (AURORA, 0, NEREID, 0, REAL)
        rest = (54.5, 10.2, 0.4, 200.0)
        await encounters.upsert_encounters(
            conn, [Encounter(uuid7(), *two, at, clock.now(), None, *rest) for at in began]
        )
        await warnings.upsert(conn, [a_warning(str(number), at) for number, at in enumerate(began)])


async def harbours(conn) -> dict[str, UUID]:
    """Kiel and Rhodes in the database: ids by code, in that order."""
    kiel = a_port("DEKEL", "Kiel", 54.3, 10.1, "Europe/Berlin")
    await ports.seed_ports(conn, [kiel, a_port("GRRHO", "Rhodes", 36.4, 28.2, "Europe/Athens")])
    return {
        each.code: each.id
        for each in sorted(await port_calls.harbours(conn), key=lambda one: one.code)
    }


def a_call(port_id: UUID, at, **more) -> PortCall:
    fields = {
        "id": uuid7(),
        "mmsi": AURORA,
        "hypothesis": 0,
        "source": REAL,
        "port_id": port_id,
        "state": PortCallState.MOORED,
        "entered_at": at,
        "last_at": clock.now(),
        "stopped_at": at,
        "moored_at": at,
        "left_at": None,
        "anchored_seconds": 0,
        "berth_seconds": 3_600,
        "waiting_seconds": 0,
        "left_unseen": False,
    }
    return PortCall(**fields | more)


def a_warning(number, at) -> SeaWarning:
    return SeaWarning(
        publisher="Coast Guard",
        reference=number,
        kind=WarningKind.NAVIGATION,
        title=f"Warning {number}",
        body="",
        area=PLACES,
        issued_at=at,
        starts_at=at,
    )


KINDS = [("port-calls", "calls"), ("gaps", "gaps"), ("encounters", "encounters")]
KINDS += [("warnings", "warnings")]


@pytest.mark.parametrize(("noun", "field"), KINDS)
async def test_it_works(client, events, noun, field):
    """Each is on one page, in order, also the two of one moment; every page says how many."""
    seen: list[str] = []
    cursor: str | None = ""
    for expected in (2, 2, 1):
        query = f"limit=2&cursor={cursor}" if cursor else "limit=2"
        async with client.get(f"/api/v1/vessels/{noun}?{query}") as answer:
            assert answer.status == 200, await answer.text()
            found = await answer.json()
        assert (len(found[field]), found["total"]) == (expected, COUNT)
        seen += [one["id"] for one in found[field]]
        cursor = found["next_cursor"]
    assert not cursor
    assert len(set(seen)) == COUNT


@pytest.mark.parametrize("noun", [noun for noun, _field in KINDS])
async def test_geojson_has_the_same_pages(client, events, noun):
    async with client.get(f"/api/v1/vessels/{noun}.geojson?limit=2") as answer:
        assert answer.content_type == "application/geo+json"
        first = await answer.json()
    cursor = first["next_cursor"]
    async with client.get(f"/api/v1/vessels/{noun}.geojson?limit=4&cursor={cursor}") as answer:
        rest = await answer.json()
    assert (first["total"], rest["next_cursor"]) == (COUNT, None)
    ids = {one["id"] for one in [*first["features"], *rest["features"]]}
    assert len(ids) == COUNT


@pytest.mark.parametrize("noun", [noun for noun, _field in KINDS])
async def test_pages_lead_to_older_ones_and_back(client, events, noun, monkeypatch):
    """The page has a hundred; where there are more it says so, with the way to them."""
    async with client.get(f"/vessels/{noun}") as answer:
        assert answer.status == 200
        assert 'rel="next"' not in await answer.text()
    async with client.get(f"/api/v1/vessels/{noun}?limit=2") as answer:
        cursor = (await answer.json())["next_cursor"]
    async with client.get(f"/vessels/{noun}?cursor={cursor}") as answer:
        text = await answer.text()
    assert "3 of 5" in text
    assert 'rel="first"' in text


@pytest.mark.parametrize("noun", [noun for noun, _field in KINDS])
async def test_what_is_no_cursor_is_refused(client, noun):
    async with client.get(f"/api/v1/vessels/{noun}?cursor=0-1") as answer:
        assert answer.status == 422


def test_a_cursor_is_where_the_page_ended():
    """To the microsecond: the database keeps no more."""
    at, ids = clock.now().replace(microsecond=123_457), [uuid7() for _ in range(3)]
    rows, cursor = page(ids, 2, lambda one: (at, one))
    assert rows == ids[:2]
    assert read_cursor(cursor or "") == (at, ids[1])
    assert page(ids, 3, lambda one: (at, one)) == (ids, None)
    with pytest.raises(Invalid):
        read_cursor("1" * 18 + "-" + ids[0].hex)


async def test_a_warning_of_the_map_has_a_page(client, events):
    async with client.get("/api/v1/vessels/warnings?limit=1&kind=navigation") as answer:
        (warning,) = (await answer.json())["warnings"]
    async with client.get(f"/vessels/warnings?warning={warning['id']}") as answer:
        text = await answer.text()
    assert text.count("<article") == 1
    assert f"w-{warning['id']}" in text


@pytest.fixture
async def calls(resources):
    """One ship moored, one approaching, one that has left; another one at another port."""
    at = clock.now() - timedelta(hours=2)
    never = {"stopped_at": None, "moored_at": None}
    async with resources.db.transaction() as conn:
        kiel, rhodes = (await harbours(conn)).values()
        await port_calls.upsert_calls(
            conn,
            [
                a_call(kiel, at),
                a_call(kiel, at, mmsi=NEREID, state=PortCallState.APPROACHING, **never),
                a_call(kiel, at, mmsi=NEREID + 1, state=PortCallState.LEFT, left_at=clock.now()),
                a_call(rhodes, at, mmsi=NEREID + 2),
            ],
        )


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 4),
        ("port=DEKEL", 3),
        ("port=kiel", 3),
        (f"mmsi={NEREID}", 1),
        (f"port=GRRHO&mmsi={NEREID}", 0),
        ("state=approaching", 1),
        ("state=moored", 2),
        ("port=GRRHO&state=left&days=1", 0),
        ("port=&mmsi=&state=&days=30", 4),  # a form that was sent empty
    ],
)
async def test_calls_by_port_ship_state_and_time(client, calls, query, count):
    async with client.get(f"/vessels/port-calls?{query}") as answer:
        text = await answer.text()
        assert answer.status == 200, text
    table = text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert table.count("<tr>") == count
    assert ("No port calls" in text) == (count == 0)


@pytest.mark.parametrize(
    ("query", "field"), [("port=nowhere", "port"), ("mmsi=one", "mmsi"), ("state=sunk", "state")]
)
async def test_a_wrong_filter_is_marked(client, calls, query, field):
    async with client.get(f"/vessels/port-calls?{query}") as answer:
        text = await answer.text()
    assert answer.status == 422
    assert f'id="f-{field}"' in text
    assert 'aria-invalid="true"' in text


async def test_programs_have_the_same_filters(client, calls):
    address = "/api/v1/vessels/port-calls"
    async with client.get(f"{address}?state=anchored,moored") as answer:
        found = await answer.json()
    assert (found["total"], found["measures"]) == (2, None)
    soon = (clock.now() - timedelta(hours=3)).isoformat().replace("+00:00", "Z")
    async with client.get(f"{address}?until={soon}") as answer:
        assert (await answer.json())["total"] == 0
    async with client.get(f"{address}.csv?port=GRRHO") as answer:
        head, row = (await answer.text("utf-8-sig")).splitlines()
    assert head.startswith("id,mmsi,ship,")
    assert ",GRRHO,Rhodes,moored," in row
    async with client.get(f"{address}.geojson?port=GRRHO") as answer:
        (feature,) = (await answer.json())["features"]
    assert feature["geometry"]["coordinates"] == [28.2, 36.4]
    async with client.get(f"{address}.atom?mmsi={NEREID}") as answer:
        root = ET.fromstring(await answer.read())
    assert len(root.findall("{http://www.w3.org/2005/Atom}entry")) == 1
