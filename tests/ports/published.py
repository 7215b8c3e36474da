"""Tables as UNCTADstat and the World Bank publish them, for the tests."""

import io
from collections.abc import Sequence

import openpyxl

from maritime_app.ports.model import NewPort, PortKind

INDEX_MEASURE = "Index (Average Q1 2023 = 100)"
TIME_MEASURE = "Median time in port (days)"
AGE_MEASURE = "Average age of vessels (years)"

PIRAEUS = NewPort(
    code="GRPIR",
    name="Piraeus",
    lat=37.94,
    lon=23.64,
    timezone="Europe/Athens",
    kind=PortKind.HARBOUR,
    source="list",
    unlocode="GRPIR",
    country="GR",
)


def header(keys: list[str], measures: list[str]) -> str:
    """The header of a bulk file: time and dimensions with labels, three columns per measure."""
    columns = [name for key in keys for name in (key, f"{key} Label")]
    for measure in measures:
        columns += [measure, f"{measure} Footnote", f"{measure} Missing value"]
    return ",".join(columns) + "\n"


INDEX_HEADER = header(["Quarter", "Port"], [INDEX_MEASURE])
TIME_HEADER = header(["Period", "Economy", "CommercialMarket"], [TIME_MEASURE])
CALLS_HEADER = header(["Period", "Economy", "CommercialMarket"], [TIME_MEASURE, AGE_MEASURE])
ANNEX_HEADER = [
    "Port", "LOCODE", "Territory", "CPPI 2023", "CPPI 2024", "Rank",
    "Berth hours in % of port hours", "Statistical Index", "Administrative Index",
]  # fmt: skip


def annex_book(*rows: Sequence[object], title: str = "Annex") -> bytes:
    """The annex of the CPPI as a workbook: a sheet beside its first one."""
    made = openpyxl.Workbook()
    made.worksheets[0].title = "Read me"
    sheet = made.create_sheet(title)
    sheet.append(["Container Port Performance Index"])
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
