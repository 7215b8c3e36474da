"""What `run.py import` understands; each command is loaded when it is called."""

from cyclopts import App

_DATA = "maritime_app.cli.commands.data"

imports = App(name="import", help="read a timetable, a list of ports, official figures or warnings")
imports.command(
    "maritime_app.cli.commands.gtfs:import_gtfs", name="gtfs", help="a GTFS timetable (.zip)"
)
imports.command(
    f"{_DATA}:import_unctad",
    name="unctad",
    help="an UNCTADstat bulk file (.csv, .gz, .zip, .7z)",
)
imports.command(
    f"{_DATA}:import_ports",
    name="ports",
    help="a list of ports: WPI, PortWatch, sea-ports or UN/LOCODE",
)
imports.command(
    f"{_DATA}:import_cppi",
    name="cppi",
    help="an annex of the World Bank's CPPI (.xlsx, .csv)",
)
imports.command(
    f"{_DATA}:import_portwatch",
    name="portwatch",
    help="PortWatch's daily calls (.csv, .gz) or disruptions (.json)",
)
imports.command(
    "maritime_app.cli.commands.warnings:import_warnings",
    name="warnings",
    help="warnings to ships: GeoJSON, CAP (.xml), or the NGA's JSON",
)
