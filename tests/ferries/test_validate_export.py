"""Our own feed as MobilityData's validator sees it: its rules in Python, which its authors compare
with the Java program by every code and count.
"""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from gtfs_validator import cli as validator

from maritime_app.ferries.timetables.export import codec, service
from maritime_app.ferries.timetables.export.model import ExportedSailing, ExportedStop

OSLO = ExportedStop("NOOSL", "Oslo", 59.9, 10.7, "Europe/Oslo")
KIEL = ExportedStop("DEKEL", "Kiel", 54.3, 10.1, "Europe/Berlin", (("el", "Κίελο"),))


def sailing(days_ahead: int, **changes: Any) -> ExportedSailing:
    """Oslo to Kiel."""
    departs = datetime.now(UTC).replace(microsecond=0) + timedelta(days=days_ahead)
    fields: dict[str, Any] = {
        "id": uuid4(),
        "operator_code": "NOR",
        "operator_name": "Northern Test Line",
        "operator_demo": False,
        "operator_website": "https://www.example.com",
        "operator_phone": "+47 22 00 00 00",
        "operator_email": "help@example.com",
        "route_code": "OK",
        "route_name": "Oslo - Kiel",
        "ferry": "Aurora Borealis",
        "origin": OSLO,
        "destination": KIEL,
        "departs_at": departs,
        "arrives_at": departs + timedelta(hours=20),
        "cars_allowed": True,
        "bicycles_allowed": True,
        "currency": "EUR",
        "adult_minor": 8_950,
    }
    return ExportedSailing(**(fields | changes))


def validated(path: Path) -> dict[str, Any]:
    """The report."""
    assert validator.main(["-i", str(path), "-o", str(path.parent / "report")]) == 0
    errors = json.loads((path.parent / "report" / "system_errors.json").read_bytes())
    assert errors["notices"] == []
    report: dict[str, Any] = json.loads((path.parent / "report" / "report.json").read_bytes())
    return report


@pytest.mark.demo
async def test_it_works(resources: Any, tmp_path: Path) -> None:
    """All that the demo world sails breaks none of the rules, and warns of nothing."""
    path = tmp_path / "own.zip"
    path.write_bytes(await service.feed(resources))

    report = await asyncio.to_thread(validated, path)

    found = {each["code"]: each["sampleNotices"][0] for each in report["notices"]}
    # The demo world ends before a feed should; only that may be said of it.
    assert {*found} <= {"feed_expiration_date30_days"}, found
    assert report["summary"]["counts"]["Trips"] > 100


def test_the_validator_warns_of_nothing(tmp_path: Path) -> None:
    path = tmp_path / "own.zip"
    sailings = [sailing(days) for days in range(40)]
    path.write_bytes(codec.packed(codec.tables(sailings, "F", "https://example.com")))
    assert validated(path)["notices"] == []


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"operator_website": "none"}, "invalid_url"),
        ({"operator_email": "nobody"}, "invalid_email"),
        ({"currency": "XYZ"}, "invalid_currency"),
        ({"origin": ExportedStop("A", "A", 0.0, 0.0, "UTC")}, "point_near_origin"),
    ],
)
def test_the_validator_finds_what_is_wrong(
    tmp_path: Path, wrong: dict[str, Any], rule: str
) -> None:
    """The control of the tests before."""
    path = tmp_path / "own.zip"
    tables = codec.tables([sailing(0, **wrong)], "F", "https://example.com")
    path.write_bytes(codec.packed(tables))
    assert rule in {each["code"] for each in validated(path)["notices"]}
