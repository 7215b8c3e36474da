"""The measures of a port as CSV: a line for each, its keys those of the JSON. Pure."""

from collections.abc import Iterator
from typing import Any, Final

from maritime_app.formats import csv_cells
from maritime_app.vessels.port_calls.beside import MeasureRow, PortMeasuresResponse
from maritime_app.vessels.port_calls.congestion.model import PortCongestion
from maritime_app.vessels.port_calls.official_anomaly import OfficialAnomaly
from maritime_app.vessels.port_calls.official_coverage import OfficialCoverage

COLUMNS: Final = (
    "port", "since", "as_of", "invented", "measure", "ships", "unit", "own_value", "own_sample",
    "own_missing_reason", "official_value", "official_year_before", "official_period",
    "official_subject", "official_source", "official_licence", "official_source_url",
    "official_origin", "official_retrieved_at", "official_missing_reason", "change_percent",
    "usual", "mad", "z", "weeks",
)  # fmt: skip
_Line = dict[str, Any]


def measures_csv(found: PortMeasuresResponse) -> bytes:
    """Return every measure as a line, then the port against its own usual, and what is made of the
    official calls by day.
    """
    same = {
        "port": found.port,
        "since": found.since,
        "as_of": found.as_of,
        "invented": found.invented,
    }
    return csv_cells.keyed_table(COLUMNS, (same | line for line in _lines(found)))


def _lines(found: PortMeasuresResponse) -> Iterator[_Line]:
    for row in found.rows:
        yield _measure(row)
    if found.congestion:
        yield from _congestion(found.congestion)
    if found.official_coverage:
        yield _coverage(found.official_coverage)
    if found.anomaly:
        yield _anomaly(found.anomaly)


def _measure(row: MeasureRow) -> _Line:
    line: _Line = {
        "measure": row.measure.value,
        "ships": row.ships.value,
        "unit": row.unit,
        "own_value": row.own.value,
        "own_sample": row.own.sample,
        "own_missing_reason": row.own.missing_reason,
    }
    official = row.official
    if official:
        line |= {
            "official_value": official.value,
            "official_year_before": official.year_before,
            "official_period": official.period,
            "official_subject": official.subject,
            "official_source": official.source.source.value,
            "official_licence": official.source.licence,
            "official_source_url": official.source.source_url,
            "official_origin": official.source.origin,
            "official_retrieved_at": official.source.retrieved_at,
            "official_missing_reason": official.missing_reason,
        }
    return line


def _congestion(found: PortCongestion) -> Iterator[_Line]:
    week = {"since": found.since, "as_of": found.until, "ships": "all"}
    yield week | {
        "measure": "congestion_index",
        "unit": "index",
        "own_value": found.index,
        "own_sample": found.calls,
        "own_missing_reason": found.missing_reason,
    }
    for part in found.components:
        yield week | {
            "measure": f"congestion_{part.measure.value}",
            "unit": part.unit,
            "own_value": part.value,
            "own_missing_reason": part.missing_reason,
            "usual": part.usual,
            "mad": part.mad,
            "z": part.z,
            "weeks": part.weeks,
        }
    yield {
        "measure": "congestion_queue_now",
        "ships": "all",
        "unit": "ships",
        "own_value": found.queue_now,
        "own_missing_reason": "nothing_heard" if found.queue_now is None else None,
    }


def _coverage(found: OfficialCoverage) -> _Line:
    return {
        "measure": "official_coverage",
        "ships": "cargo_and_tanker",
        "unit": "share",
        "own_value": found.ratio,
        "own_sample": found.own_arrivals,
        "own_missing_reason": found.missing_reason,
        "official_value": found.official_calls,
        "official_period": f"{found.first_day}/{found.last_day}" if found.days else "",
        **_source(found),
    }


def _anomaly(found: OfficialAnomaly) -> _Line:
    return {
        "measure": "anomaly",
        "ships": "cargo_and_tanker",
        "unit": "calls_per_day",
        "official_value": found.newest.per_day,
        "official_year_before": found.year_before.per_day,
        "official_period": f"{found.newest.first_day}/{found.newest.last_day}",
        "official_missing_reason": found.missing_reason,
        "change_percent": found.change_percent,
        **_source(found),
        "invented": found.invented,
    }


def _source(found: OfficialCoverage | OfficialAnomaly) -> _Line:
    return {
        "official_subject": found.subject,
        "official_source": found.source,
        "official_licence": found.licence,
        "official_source_url": found.source_url,
        "official_origin": found.origin,
        "official_retrieved_at": found.retrieved_at,
    }
