"""A query to UNCTADstat's query API as its form fields (OData). Pure.

Names and grammar as public clients use them: `Quarter/Code in ('2025Q01')`, `Year in (2022,2023)`,
and what is not a plain column under a name of its own, `M6047/MissingValue/Label as
M6047_MissingValue`.
"""

from collections.abc import Iterator

from maritime_app.ports.statistics.tables import Table

SLICE_YEARS = 3
_OLDEST_YEAR = 1980
_PERIODS_OF_YEAR = {
    "Quarter": ("Q01", "Q02", "Q03", "Q04"),
    "Period": ("S01", "S02"),
    "Month": tuple(f"M{month:02}" for month in range(1, 13)),
    "Year": ("",),
}

Periods = tuple[str, ...]


def slices(table: Table, this_year: int) -> Iterator[Periods]:
    """Yield the codes of the periods that may exist, three years at a time, newest first."""
    parts = _PERIODS_OF_YEAR[table.time_column]
    for last in range(this_year, _OLDEST_YEAR, -SLICE_YEARS):
        years = range(last - SLICE_YEARS + 1, last + 1)
        yield tuple(f"{year}{part}" for year in years for part in parts)


def fields(table: Table, periods: Periods) -> dict[str, str]:
    """Return the form that asks for every measure of the table in these periods, as CSV."""
    time = _time(table)
    codes = [time, *(f"{dimension}/Code" for dimension in table.dimensions)]
    measures = list(table.measures.values())
    values = [name for code in measures for name in (f"{code}/Value", f"{code}_MissingValue")]
    reasons = [f"{code}/MissingValue/Label as {code}_MissingValue" for code in measures]
    literals = ",".join(_literal(table, period) for period in periods)
    return {
        "$select": ",".join([*codes, f"{table.geo_column}/Label", *values]),
        "$compute": ",".join(reasons),
        "$filter": f"{time} in ({literals})",
        "$orderby": ",".join(f"{code} asc" for code in codes),
        "$format": "csv",
        "compress": "gz",
    }


def _time(table: Table) -> str:
    return "Year" if table.time_column == "Year" else f"{table.time_column}/Code"


def _literal(table: Table, period: str) -> str:
    return period if table.time_column == "Year" else f"'{period}'"
