"""The operators' rules of check-in, in PostgreSQL."""

from collections.abc import Sequence

from maritime_app.ferries.check_in.model import CheckInRule
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries")


async def rules(conn: Conn, quays: Sequence[tuple[str, str]]) -> list[CheckInRule]:
    """Return what operators say, by codes of operator and port; nothing said is no row."""
    operators, ports = [quay[0] for quay in quays], [quay[1] for quay in quays]
    return await SQL.check_in_rules.fetch_all(conn, CheckInRule, operators, ports)
