"""Rules for changing between the boats of a timetable, in PostgreSQL."""

from collections.abc import Collection

from maritime_app.ferries.timetables.transfers.model import Rule, TerminalTime
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries_timetables")


async def rules_at(conn: Conn, feeds: Collection[str], ports: Collection[str]) -> list[Rule]:
    """Return the rules of these feeds (by name) for changing at these ports (by code)."""
    return await SQL.transfers_at.fetch_all(conn, Rule, sorted(feeds), sorted(ports))


async def terminal_times(
    conn: Conn, feeds: Collection[str], stops: Collection[str]
) -> list[TerminalTime]:
    """Return how long the ways between these stops of these feeds (by name) take."""
    return await SQL.terminal_ways.fetch_all(conn, TerminalTime, sorted(feeds), sorted(stops))
