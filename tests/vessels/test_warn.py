"""Warnings of authorities: read from files, shown while they hold, withdrawn by who gave them."""

import json
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from maritime_app import clock
from maritime_app.errors import Conflict, Invalid
from maritime_app.vessels.warnings import reading, service
from maritime_app.vessels.warnings.model import WarningKind

COASTGUARD = "Hellenic Hydrographic Service"
SQUARE = [[24.0, 36.0], [25.0, 36.0], [25.0, 37.0], [24.0, 37.0], [24.0, 36.0]]


def feature(number: int, **more: Any) -> dict[str, Any]:
    told = {
        "title": f"Warning {number}",
        "text": "Keep clear.",
        "kind": "navigation",
        "starts_at": "2026-11-01T00:00:00Z",
        **more.pop("told", {}),
    }
    geometry = {"type": "Polygon", "coordinates": [SQUARE]}
    return {
        "type": "Feature",
        "id": str(number),
        "geometry": geometry,
        "properties": told,
        **more,
    }


def listed(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def alert(identifier: str, *, message: str = "Alert", references: str = "", **info: str) -> bytes:
    told = {
        "language": "en-GB",
        "category": "Met",
        "event": "Gale warning",
        "severity": "Severe",
        "onset": "2026-11-01T06:00:00+02:00",
        "expires": "2099-11-02T06:00:00+02:00",
        "senderName": "Met Office <Athens>",
        "headline": "Gale 8 in the Cyclades",
        **info,
    }
    area = told.pop("area", "<circle>37.0,25.0 40</circle>")
    words = "".join(f"<{name}>{text.replace('<', '&lt;')}</{name}>" for name, text in told.items())
    return (
        f'<?xml version="1.0"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">'
        f"<identifier>{identifier}</identifier><sender>met@example.org</sender>"
        f"<sent>2026-11-01T05:00:00+02:00</sent><status>Actual</status>"
        f"<msgType>{message}</msgType><scope>Public</scope>"
        f"<references>{references}</references>"
        f"<info>{words}<area><areaDesc>Cyclades</areaDesc>{area}</area></info></alert>"
    ).encode()


async def titles(client, query: str = "") -> set[str]:
    answer = await (await client.get(f"/api/v1/vessels/warnings{query}")).json()
    return {warning["title"] for warning in answer["warnings"]}


async def test_it_works(client, resources):
    done = await service.take_in(resources, listed(feature(1), feature(2)), publisher=COASTGUARD)
    assert (done.rows, done.new, done.withdrawn, done.left_out) == (2, 2, 0, {})
    answer = await (await client.get("/api/v1/vessels/warnings")).json()
    (first, _) = sorted(answer["warnings"], key=lambda warning: warning["title"])
    assert (first["publisher"], first["number"], first["kind"]) == (COASTGUARD, "1", "navigation")
    assert first["area"] == {"type": "MultiPolygon", "coordinates": [[SQUARE]]}
    assert first["ends_at"] is None
    assert [(each["publisher"], each["in_force"]) for each in answer["publishers"]] == [
        (COASTGUARD, 2)
    ]
    page = await (await client.get("/vessels/warnings")).text()
    assert "Warning 1" in page
    assert COASTGUARD in page
    assert "until it is withdrawn" in page


@pytest.mark.parametrize(
    "told",
    [
        listed(feature(1)),
        listed(feature(1, geometry={"type": "Polygon", "coordinates": [SQUARE[::-1]]})),
        alert("N-1"),
        alert("N-1", area="<circle>-17.0,179.9 90</circle>"),
    ],
)
def test_an_area_runs_counterclockwise(told):
    """RFC 7946, 3.1.6: a clockwise one is all of the earth but it, for readers on a sphere."""
    (warning,) = reading.read(told, COASTGUARD).warnings
    ((ring,),) = warning.area["coordinates"]
    turns = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    assert turns > 0


async def test_every_format_is_the_same_list(client, resources):
    await service.take_in(resources, listed(feature(1)), publisher=COASTGUARD)
    answer = await client.get("/api/v1/vessels/warnings.geojson")
    assert answer.content_type == "application/geo+json"
    (found,) = (await answer.json())["features"]
    assert found["geometry"]["type"] == "MultiPolygon"
    again = await client.get(
        "/api/v1/vessels/warnings.geojson", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status == 304
    feed = await (await client.get("/api/v1/vessels/warnings.atom")).text()
    assert f"<title>Warning 1 ({COASTGUARD})</title>" in feed


async def test_what_does_not_hold_now_is_not_shown(client, resources):
    tomorrow = (clock.now() + timedelta(days=1)).isoformat()
    yesterday = (clock.now() - timedelta(days=1)).isoformat()
    done = await service.take_in(
        resources,
        listed(
            feature(1),
            feature(2, told={"starts_at": tomorrow}),
            feature(3, told={"ends_at": yesterday}),
        ),
        publisher=COASTGUARD,
    )
    assert (done.new, done.over) == (3, 1)
    assert await titles(client) == {"Warning 1"}


async def test_kinds_are_chosen(client, resources):
    kinds = [feature(n, told={"kind": kind}) for n, kind in enumerate(WarningKind, 1)]
    await service.take_in(resources, listed(*kinds), publisher=COASTGUARD)
    assert await titles(client, "?kind=piracy") == {"Warning 2"}
    assert await titles(client, "?kind=piracy,weather") == {"Warning 2", "Warning 4"}
    refused = await client.get("/api/v1/vessels/warnings?kind=sharks")
    assert refused.status == 422
    assert "kind" in (await refused.json())["errors"]
    page = await (await client.get("/vessels/warnings?kind=danger-area&lang=de")).text()
    assert "Gefahrengebiet" in page
    assert "Warning 3" in page
    assert "Warning 2" not in page


async def test_the_same_file_again_changes_nothing(client, resources):
    body = listed(feature(1), feature(2))
    await service.take_in(resources, body, publisher=COASTGUARD)
    done = await service.take_in(resources, body, publisher=COASTGUARD)
    assert (done.new, done.changed, done.unchanged, done.withdrawn) == (0, 0, 2, 0)


async def test_a_list_withdraws_what_it_lacks_and_only_its_publishers(client, resources):
    await service.take_in(resources, listed(feature(1), feature(2)), publisher=COASTGUARD)
    await service.take_in(resources, listed(feature(9)), publisher="Somebody else")
    changed = feature(2, told={"text": "Keep two miles clear."})
    done = await service.take_in(resources, listed(changed), publisher=COASTGUARD)
    assert (done.changed, done.withdrawn) == (1, 1)
    page = await (await client.get("/vessels/warnings")).text()
    assert "Keep two miles clear." in page
    assert await titles(client) == {"Warning 2", "Warning 9"}
    back = await service.take_in(resources, listed(feature(1), changed), publisher=COASTGUARD)
    assert back.changed == 1  # it is given again under its number
    assert await titles(client) == {"Warning 1", "Warning 2", "Warning 9"}


@pytest.mark.parametrize("left", [[], [1]])
async def test_a_list_that_withdraws_most_is_refused_and_nothing_is_lost(client, resources, left):
    everything = listed(*(feature(number) for number in range(1, 6)))
    await service.take_in(resources, everything, publisher=COASTGUARD)
    cut = listed(*(feature(number) for number in left))
    with pytest.raises(Conflict, match="nothing was changed"):
        await service.take_in(resources, cut, publisher=COASTGUARD)
    assert len(await titles(client)) == 5
    await service.take_in(resources, cut, publisher=COASTGUARD, keep=True)
    assert len(await titles(client)) == 5
    await service.take_in(resources, cut, publisher=COASTGUARD, force=True)
    assert len(await titles(client)) == len(left)


async def test_a_weather_alert_is_updated_and_cancelled(client, resources):
    await service.take_in(resources, alert("GR-1"))
    page = await (await client.get("/vessels/warnings?kind=weather")).text()
    assert "Gale 8 in the Cyclades" in page
    assert "Met Office &lt;Athens&gt;" in page
    assert "severe" in page
    first = "met@example.org,GR-1,2026-11-01T05:00:00+02:00"
    update = alert("GR-2", message="Update", references=first, headline="Gale 9")
    done = await service.take_in(resources, update)
    assert (done.new, done.withdrawn) == (1, 1)
    assert await titles(client) == {"Gale 9"}
    second = "met@example.org,GR-2,2026-11-01T05:00:00+02:00"
    await service.take_in(resources, alert("GR-3", message="Cancel", references=second))
    assert await titles(client) == set()


async def test_an_alert_withdraws_no_other_senders_number(client, resources):
    await service.take_in(resources, listed(feature(7)), publisher=COASTGUARD)
    await service.take_in(resources, alert("7"))
    stranger = "somebody@example.org,7,2026-11-01T05:00:00+02:00"
    await service.take_in(resources, alert("8", message="Cancel", references=stranger))
    assert await titles(client) == {"Warning 7", "Gale 8 in the Cyclades"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_an_alert_is_read_in_any_encoding_of_xml(encoding):
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    document = re.sub(r"<\?xml.*?\?>", "", alert("GR-1").decode()).strip()

    read = reading.read((mark + document + "\n").encode(encoding))

    assert [each.title for each in read.warnings] == ["Gale 8 in the Cyclades"]


def test_an_alert_is_read_as_it_says():
    (warning,) = reading.read(alert("GR-1")).warnings
    assert (warning.kind, warning.severity, warning.language) == ("weather", "severe", "en-GB")
    assert warning.starts_at == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert warning.issued_at == datetime(2026, 11, 1, 3, tzinfo=UTC)
    ((ring,),) = warning.area["coordinates"]
    assert len(ring) == 49
    assert ring[0] == ring[-1]
    polygon = "<polygon>36,24 36,25 37,25 36,24</polygon>"
    (drawn,) = reading.read(alert("GR-1", area=polygon)).warnings
    assert drawn.area["coordinates"] == [[[(24, 36), (25, 36), (25, 37), (24, 36)]]]


def test_broadcast_warnings_are_placed_by_their_text():
    text = (
        "EASTERN MEDITERRANEAN SEA.\nHAZARDOUS OPERATIONS IN AREA BOUND BY\n"
        "34-30.0N 025-15.0E, 34-30.0N 026-00.0E, 33-45.5N 026-00.0E."
    )
    rows = [
        {
            "msgYear": 2026,
            "msgNumber": 12,
            "navArea": "HYDROLANT",
            "text": text,
            "issueDate": "081653Z NOV 2026",
        },
        {
            "msgYear": 2026,
            "msgNumber": 13,
            "navArea": "IV",
            "text": "BUOY 12-34-30S 045-12W UNLIT.",
            "issueDate": "091200Z NOV 2026",
        },
        {
            "msgYear": 2026,
            "msgNumber": 14,
            "navArea": "IV",
            "text": "CHART 5 CORRECTED.",
            "issueDate": "091200Z NOV 2026",
        },
        {
            "msgYear": 2026,
            "msgNumber": 15,
            "navArea": "IV",
            "text": "BUOY 12-34N 045-12W",
            "issueDate": "yesterday",
        },
    ]
    found = reading.read(json.dumps({"broadcast-warn": rows}).encode())
    area, buoy = found.warnings
    assert (area.reference, area.kind) == ("HYDROLANT 12/2026", "danger-area")
    assert area.issued_at == datetime(2026, 11, 8, 16, 53, tzinfo=UTC)
    ((ring,),) = area.area["coordinates"]
    assert ring == [(25.25, 34.5), (26.0, 33.758333), (26.0, 34.5), (25.25, 34.5)]
    assert (buoy.kind, buoy.area["coordinates"]) == ("navigation", [(-45.2, -12.575)])
    assert [*found.left_out.values()] == [["IV 14/2026"], ["IV 15/2026"]]


@pytest.mark.parametrize("end", ["9999-12-31T23:59:59-12:00", "2100-01-01T00:00:00Z"])
async def test_for_ever_is_until_it_is_withdrawn(client, resources, end):
    """In the west the last second of the year 9999 is none that Python can write in UTC."""
    await service.take_in(resources, listed(feature(1, told={"ends_at": end})), publisher="P")
    await service.take_in(resources, alert("GR-1", expires=end))
    answer = await (await client.get("/api/v1/vessels/warnings")).json()
    assert [warning["ends_at"] for warning in answer["warnings"]] == [None, None]


async def test_a_character_that_cannot_be_kept_costs_nothing(client, resources):
    odd = feature(1, id="N\x001", told={"title": "A\x00\x0bB", "text": "\x00", "publisher": "\x00"})
    await service.take_in(resources, listed(odd), publisher="P")
    row = {"reference": "2026\x00-1", "date": "2026-08-02", "latitude": 1.25, "longitude": 103.5}
    row |= {"hostility": "Board\x00ing", "description": "Four\x00 men."}
    await service.take_in(resources, json.dumps({"asam": [row]}).encode())
    assert await titles(client) == {"AB", "Boarding"}


@pytest.mark.parametrize("date", ["9999-12-31", "0001-01-01"])
def test_a_report_of_no_year_of_ours_is_left_out(date):
    row = {"reference": "2026-31", "date": date, "latitude": 1.25, "longitude": 103.5}
    with pytest.raises(Invalid, match="no time between"):
        reading.read(json.dumps({"asam": [row]}).encode())


def test_reports_of_piracy_hold_for_a_year():
    row = {
        "reference": "2026-31",
        "date": "2026-08-02",
        "latitude": 1.25,
        "longitude": 103.5,
        "hostility": "Boarding",
        "victim": "Bulk carrier",
        "description": "Four men boarded.",
    }
    (warning,) = reading.read(json.dumps({"asam": [row]}).encode()).warnings
    assert (warning.kind, warning.title) == ("piracy", "Boarding: Bulk carrier")
    assert warning.area == {"type": "MultiPoint", "coordinates": [(103.5, 1.25)]}
    assert warning.ends_at is not None
    assert (warning.ends_at - warning.starts_at).days == 365


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"told": {"title": ""}}, "no title"),
        ({"told": {"starts_at": ""}}, "neither starts_at nor issued_at"),
        ({"told": {"starts_at": "soon"}}, "starts_at is no time"),
        ({"told": {"starts_at": "2026-11-01T00:00:00"}}, "no offset"),
        ({"told": {"starts_at": "0001-01-01T00:00:00+14:00"}}, "no time between"),
        ({"told": {"starts_at": "9999-12-31T23:59:59-12:00"}}, "no time between"),
        ({"told": {"ends_at": "0001-01-01T00:00:00+14:00"}}, "no time between"),
        ({"told": {"ends_at": "2026-10-01T00:00:00Z"}}, "ends before it starts"),
        ({"told": {"kind": "sharks"}}, "its kind is none of"),
        ({"geometry": None}, "no point and no polygon"),
        ({"geometry": {"type": "Point", "coordinates": ["east", 1]}}, "no numbers"),
        ({"geometry": {"type": "Point", "coordinates": [200, 1]}}, "not on earth"),
        ({"geometry": {"type": "Polygon", "coordinates": [SQUARE[:3]]}}, "does not close"),
        ({"geometry": {"type": "Polygon", "coordinates": [SQUARE[:-1]]}}, "does not close"),
        ({"geometry": {"type": "Point", "coordinates": [10**400, 1]}}, "no numbers in degrees"),
        ({"geometry": {"type": "MultiPoint", "coordinates": []}}, "names no place"),
        ({"properties": None}, "no properties"),
    ],
)
def test_what_cannot_be_understood_is_left_out_with_its_reason(change, reason):
    found = reading.read(listed(feature(1), feature(2, **change)), COASTGUARD)
    assert [warning.reference for warning in found.warnings] == ["1"]
    ((said, (row,)),) = found.left_out.items()
    assert reason in said
    assert "feature 2" in row


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "neither XML nor JSON"),
        (b"[1, 2]", "no GeoJSON"),
        (b'{"type": "FeatureCollection"}', "no GeoJSON"),
        (b"<html></html>", "no alert"),
        (b"<alert", "no XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><alert/>', "entities"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><alert/>'.encode("utf-16"), "entities"),
        (b"[" * 100_000, "neither XML nor JSON"),
        (listed(feature(1)), "nobody is named"),
        (listed(feature(1, geometry=None)), "Nothing in this file can be taken"),
        (alert("GR-1", area="<geocode/>"), "names no place"),
        (alert("GR-1").replace(b"Actual", b"Test"), "its status is Test"),
    ],
)
def test_a_file_without_a_warning_is_refused(body, reason):
    with pytest.raises(Invalid) as refused:
        reading.read(body)
    assert reason in str(refused.value)


def test_a_number_that_stands_twice_is_taken_once():
    found = reading.read(listed(feature(1), feature(1, told={"title": "Other"})), COASTGUARD)
    assert [warning.title for warning in found.warnings] == ["Warning 1"]
    assert found.left_out == {"its number stands in the file twice": ["1"]}


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://example.org", "https://a b"])
def test_only_addresses_of_the_web_become_links(address):
    (warning,) = reading.read(listed(feature(1, told={"url": address})), COASTGUARD).warnings
    assert warning.address == ""


async def test_who_has_read_nothing_says_so(client):
    page = await (await client.get("/vessels/warnings")).text()
    assert "No warnings have been read" in page
    assert "That says nothing about the sea" in page
