"""The operators' rules of check-in, and how long changing takes at a port, in PostgreSQL."""

from collections.abc import Sequence

from maritime_app.ferries.check_in.model import CheckInRule, PortChange
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries")


async def rules(conn: Conn, quays: Sequence[tuple[str, str]]) -> list[CheckInRule]:
    """Return what operators say, by codes of operator and port; nothing said is no row."""
    operators, ports = [quay[0] for quay in quays], [quay[1] for quay in quays]
    return await SQL.check_in_rules.fetch_all(conn, CheckInRule, operators, ports)


async def port_changes(conn: Conn, codes: Sequence[str]) -> dict[str, PortChange]:
    """Return how long changing takes, of those ports that have minutes of their own."""
    rows = await SQL.port_changes.fetch_all(conn, PortChange, list(codes))
    return {row.code: row for row in rows}
