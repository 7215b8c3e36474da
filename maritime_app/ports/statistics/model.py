"""Tables, measures and observations of official statistics, and what an import has to say.

Tables and measures: UNCTADstat data centre (unctadstat.unctad.org), measure codes as in its query
API.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

GeoKind = Literal["port", "economy", "group", "world"]
Source = Literal["unctad", "sandbox"]

PLSCI = "US.PLSCI"
PORT_CALLS = "US.PortCalls"
PORT_CALLS_S = "US.PortCalls_S"
ARRIVALS = "US.PortCallsArrivals"
ARRIVALS_S = "US.PortCallsArrivals_S"
LSCI = "US.LSCI"
LSCI_M = "US.LSCI_M"
SYNCED = (PLSCI, PORT_CALLS_S, ARRIVALS_S)

INDEX = "M6047"
TIME_IN_PORT = "M3761"
CALLS = "M3760"

# How many decimals the bulk files print; the query API is not bound to them, and both ways must
# agree.
DECIMALS = {INDEX: 5, TIME_IN_PORT: 4, CALLS: 0}
DECIMALS |= dict.fromkeys(("M3762", "M7020", "M7021", "M2320", "M2321", "M1920", "M1921"), 0)

ALL_SHIPS = "00"
LICENCE = "UNCTADstat, UN Trade and Development; reuse with attribution"


@dataclass(frozen=True, slots=True)
class Table:
    """A published table: the columns that key it, the measures it may hold (published label ->
    code).
    """

    report: str
    title: str
    time_column: str
    geo_column: str
    market_column: str | None
    measures: dict[str, str]


_PORT_CALL_MEASURES = {
    "Median time in port (days)": TIME_IN_PORT,
    "Average age of vessels (years)": "M3762",
    "Average size (GT) of vessels": "M7020",
    "Maximum size (GT) of vessels": "M7021",
    "Average cargo carrying capacity (dwt) per vessel": "M2320",
    "Maximum cargo carrying capacity (dwt) of vessels": "M2321",
    "Average container carrying capacity (TEU) per container ship": "M1920",
    "Maximum container carrying capacity (TEU) of container ships": "M1921",
}
_CALL_MEASURES = {"Number of port calls": CALLS}
_TIME_TITLE = "Port call and performance statistics: time in port, vessel age and size"
_CALLS_TITLE = "Port call and performance statistics: number of port calls"
_MARKET = "CommercialMarket"

TABLES = (
    Table(PLSCI, "Port liner shipping connectivity index, quarterly", "Quarter", "Port", None,
          {"Index (Average Q1 2023 = 100)": INDEX}),
    Table(PORT_CALLS_S, f"{_TIME_TITLE}, half-yearly", "Period", "Economy", _MARKET, _PORT_CALL_MEASURES),
    Table(PORT_CALLS, f"{_TIME_TITLE}, annual", "Year", "Economy", _MARKET, _PORT_CALL_MEASURES),
    Table(ARRIVALS_S, f"{_CALLS_TITLE}, half-yearly", "Period", "Economy", _MARKET, _CALL_MEASURES),
    Table(ARRIVALS, f"{_CALLS_TITLE}, annual", "Year", "Economy", _MARKET, _CALL_MEASURES),
    Table(LSCI, "Liner shipping connectivity index, quarterly", "Quarter", "Economy", None,
          {"Index (Average Q1 2023 = 100)": INDEX}),
    Table(LSCI_M, "Liner shipping connectivity index, monthly", "Month", "Economy", None,
          {"Index (Average M2 2023 = 100)": "M6048"}),
)  # fmt: skip

# UNCTAD's CommercialMarket codes.
MARKETS = {
    ALL_SHIPS: "All ships",
    "01": "Passenger ships",
    "02": "Liquid bulk carriers",
    "03": "Container ships",
    "04": "Dry breakbulk carriers",
    "05": "Dry bulk carriers",
    "06": "Roll-on/roll-off ships",
    "07": "Liquefied petroleum gas carriers",
    "08": "Liquefied natural gas carriers",
}


class Observation(msgspec.Struct, frozen=True):
    """One figure, or the publisher's reason for having none.

    Codes are text with their leading zeros.
    """

    report: str
    geo_code: str
    geo_kind: GeoKind
    period_code: str
    period_start: date
    vessel_market: str
    measure: str
    value: float | None
    missing_reason: str | None


OBSERVATION_KEYS = Observation.__struct_fields__


@dataclass(frozen=True, slots=True)
class Geo:
    """A place of a table as its publisher calls it;

    `country` is ISO 3166 alpha-2, None where not known.
    """

    code: str
    kind: GeoKind
    label: str
    country: str | None


@dataclass(frozen=True, slots=True)
class Vintage:
    """One reading: where it came from, when, and the publisher's version if it told one."""

    source: Source
    origin: str
    retrieved_at: datetime
    version: str | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What was read of a report before: the publisher's version, when, and the newest period."""

    version: str | None = None
    retrieved_at: datetime | None = None
    newest: str | None = None


@dataclass(slots=True)
class ImportReport:
    """What became of a file: rows == kept + sum(left_out).

    `stored` (new or changed) and `unchanged` count figures: each kept row has one per measure.
    """

    report: str = ""
    rows: int = 0
    kept: int = 0
    stored: int = 0
    unchanged: int = 0
    left_out: dict[str, int] = field(default_factory=dict)


class Provenance(msgspec.Struct, frozen=True):
    """Where a series comes from; `invented` is true for the sandbox's figures."""

    series_id: UUID
    source: Source
    report: str
    title: str
    licence: str
    version: str | None
    origin: str
    retrieved_at: datetime
    as_of: str
    invented: bool
    notes: str = ""
