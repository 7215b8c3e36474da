"""A question to UNCTADstat's query API as its form fields (OData). Pure.

Names and grammar as public clients use them: `Quarter/Code in ('2025Q01')`, `Year in (2022,2023)`,
and what is not a
plain column under a name of its own, `M6047/MissingValue/Label as M6047_MissingValue`.
"""

from collections.abc import Iterator

from maritime_app.ports.statistics.model import Table

SLICE_YEARS = 3
_OLDEST_YEAR = 1980
_PARTS = {
    "Quarter": ("Q01", "Q02", "Q03", "Q04"),
    "Period": ("S01", "S02"),
    "Month": tuple(f"M{month:02}" for month in range(1, 13)),
    "Year": ("",),
}

Periods = tuple[str, ...]


def slices(table: Table, this_year: int) -> Iterator[Periods]:
    """The codes of the periods that may exist, a few years at a time, the newest years first."""
    for last in range(this_year, _OLDEST_YEAR, -SLICE_YEARS):
        years = range(last - SLICE_YEARS + 1, last + 1)
        yield tuple(f"{year}{part}" for year in years for part in _PARTS[table.time_column])


def fields(table: Table, periods: Periods) -> dict[str, str]:
    """The form that asks for every measure of the table in these periods, as CSV."""
    dims = [table.geo_column, *([table.market_column] if table.market_column else [])]
    labels = [f"{table.geo_column}/Label"]
    codes = [_time(table), *(f"{dim}/Code" for dim in dims)]
    measures = list(table.measures.values())
    values = [name for code in measures for name in (f"{code}/Value", f"{code}_MissingValue")]
    return {
        "$select": ",".join([*codes, *labels, *values]),
        "$compute": ",".join(
            f"{code}/MissingValue/Label as {code}_MissingValue" for code in measures
        ),
        "$filter": f"{_time(table)} in ({','.join(_literal(table, period) for period in periods)})",
        "$orderby": ",".join(f"{code} asc" for code in codes),
        "$format": "csv",
        "compress": "gz",
    }


def _time(table: Table) -> str:
    return "Year" if table.time_column == "Year" else f"{table.time_column}/Code"


def _literal(table: Table, period: str) -> str:
    return period if table.time_column == "Year" else f"'{period}'"
