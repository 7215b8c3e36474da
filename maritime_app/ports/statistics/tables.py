"""The published tables, their measures and ship types: UNCTADstat's, and the World Bank's CPPI.

Sources: UNCTADstat data centre (unctadstat.unctad.org), measure codes as in its query API;
Container Port Performance Index, annex (openknowledge.worldbank.org), codes our own.
"""

from typing import Final

from msgspec import Struct

PLSCI: Final = "US.PLSCI"
PORT_CALLS: Final = "US.PortCalls"
PORT_CALLS_S: Final = "US.PortCalls_S"
ARRIVALS: Final = "US.PortCallsArrivals"
ARRIVALS_S: Final = "US.PortCallsArrivals_S"
LSCI: Final = "US.LSCI"
LSCI_M: Final = "US.LSCI_M"
# What time in port is told of: the days, and how many ships they are of.
TIME_IN_PORT_REPORTS: Final = (PORT_CALLS_S, PORT_CALLS, ARRIVALS_S, ARRIVALS)
# What is pulled each week: every table that is shown.
PULLED_REPORTS: Final = (PLSCI, PORT_CALLS_S, PORT_CALLS, ARRIVALS_S, ARRIVALS, LSCI, LSCI_M)

CPPI: Final = "CPPI"
CPPI_INDEX: Final = "CPPI"
CPPI_RANK: Final = "CPPI.rank"
BERTH_SHARE: Final = "CPPI.berth"

INDEX: Final = "M6047"
TIME_IN_PORT: Final = "M3761"
CALLS: Final = "M3760"

# How many decimals the bulk files print; the query API is not bound to them, and both ways must
# give the same figures.
DECIMALS: Final = {
    INDEX: 5,
    TIME_IN_PORT: 4,
    CALLS: 0,
    "M3762": 0,
    "M7020": 0,
    "M7021": 0,
    "M2320": 0,
    "M2321": 0,
    "M1920": 0,
    "M1921": 0,
}

# What a figure can be at all; anything else is a mistake in the file.
LIMITS: Final = {
    INDEX: (0.0, 100_000.0),
    "M6048": (0.0, 100_000.0),
    TIME_IN_PORT: (0.0, 366.0),
    CALLS: (0.0, 100_000_000.0),
    "M3762": (0.0, 150.0),
    "M7020": (0.0, 1_000_000.0),
    "M7021": (0.0, 1_000_000.0),
    "M2320": (0.0, 1_000_000.0),
    "M2321": (0.0, 1_000_000.0),
    "M1920": (0.0, 100_000.0),
    "M1921": (0.0, 100_000.0),
    CPPI_INDEX: (-2_000.0, 2_000.0),
    CPPI_RANK: (1.0, 5_000.0),
    BERTH_SHARE: (0.0, 100.0),
    "CPPI.statistical": (-2_000.0, 2_000.0),
    "CPPI.administrative": (-2_000.0, 2_000.0),
    "CPPI.calls": (0.0, 1_000_000.0),
}
UNITS: Final = {
    INDEX: "index, average Q1 2023 = 100",
    "M6048": "index, average M2 2023 = 100",
    TIME_IN_PORT: "days",
    CALLS: "calls",
    "M3762": "years",
    "M7020": "GT",
    "M7021": "GT",
    "M2320": "dwt",
    "M2321": "dwt",
    "M1920": "TEU",
    "M1921": "TEU",
    CPPI_INDEX: "index points, higher is better",
    CPPI_RANK: "rank",
    BERTH_SHARE: "% of port hours",
    "CPPI.statistical": "index points",
    "CPPI.administrative": "index points",
    "CPPI.calls": "calls",
}

ALL_SHIPS: Final = "00"
# UNCTAD's CommercialMarket codes.
MARKETS: Final = {
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


class Table(Struct, frozen=True):
    """A published table: the columns that key it, and its measures (published label to code)."""

    report: str
    title: str
    time_column: str
    geo_column: str
    market_column: str | None
    measures: dict[str, str]

    @property
    def dimensions(self) -> list[str]:
        """The key columns besides time."""
        return [self.geo_column] + ([self.market_column] if self.market_column else [])


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
_INDEX_MEASURES = {"Index (Average Q1 2023 = 100)": INDEX}
_MONTHLY_INDEX_MEASURES = {"Index (Average M2 2023 = 100)": "M6048"}
_TIME_TITLE = "Port call and performance statistics: time in port, vessel age and size"
_CALLS_TITLE = "Port call and performance statistics: number of port calls"
_MARKET = "CommercialMarket"

TABLES: Final = (
    Table(
        report=PLSCI,
        title="Port liner shipping connectivity index, quarterly",
        time_column="Quarter",
        geo_column="Port",
        market_column=None,
        measures=_INDEX_MEASURES,
    ),
    Table(
        report=PORT_CALLS_S,
        title=f"{_TIME_TITLE}, half-yearly",
        time_column="Period",
        geo_column="Economy",
        market_column=_MARKET,
        measures=_PORT_CALL_MEASURES,
    ),
    Table(
        report=PORT_CALLS,
        title=f"{_TIME_TITLE}, annual",
        time_column="Year",
        geo_column="Economy",
        market_column=_MARKET,
        measures=_PORT_CALL_MEASURES,
    ),
    Table(
        report=ARRIVALS_S,
        title=f"{_CALLS_TITLE}, half-yearly",
        time_column="Period",
        geo_column="Economy",
        market_column=_MARKET,
        measures=_CALL_MEASURES,
    ),
    Table(
        report=ARRIVALS,
        title=f"{_CALLS_TITLE}, annual",
        time_column="Year",
        geo_column="Economy",
        market_column=_MARKET,
        measures=_CALL_MEASURES,
    ),
    Table(
        report=LSCI,
        title="Liner shipping connectivity index, quarterly",
        time_column="Quarter",
        geo_column="Economy",
        market_column=None,
        measures=_INDEX_MEASURES,
    ),
    Table(
        report=LSCI_M,
        title="Liner shipping connectivity index, monthly",
        time_column="Month",
        geo_column="Economy",
        market_column=None,
        measures=_MONTHLY_INDEX_MEASURES,
    ),
)
# The index has a figure for every year of an edition; the other columns are of its newest year.
CPPI_TABLE: Final = Table(
    report=CPPI,
    title="Container Port Performance Index, annual",
    time_column="Year",
    geo_column="Port",
    market_column=None,
    measures={
        "Container Port Performance Index": CPPI_INDEX,
        "Rank": CPPI_RANK,
        "Berth hours in % of port hours": BERTH_SHARE,
        "Statistical Index": "CPPI.statistical",
        "Administrative Index": "CPPI.administrative",
        "Number of calls in sample": "CPPI.calls",
    },
)
SHOWN_REPORTS: Final = (*(table.report for table in TABLES), CPPI)
MEASURE_LABELS: Final = {
    code: label for table in (*TABLES, CPPI_TABLE) for label, code in table.measures.items()
}
TABLE_BY_REPORT: Final = {table.report: table for table in TABLES}
