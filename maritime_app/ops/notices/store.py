"""The maintenance switch in PostgreSQL."""

from uuid import UUID

from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.ops.notices.model import Maintenance

SQL = queries.load("ops")


async def maintenance(conn: Conn) -> Maintenance | None:
    """Return the maintenance that lasts now."""
    return await SQL.maintenance.fetch_optional(conn, Maintenance)


async def begin_maintenance(conn: Conn, minutes: float, reason: str, staff_id: UUID | None) -> None:
    """Tell nobody for so many minutes from now; 0 ends it."""
    await SQL.begin_maintenance.execute(conn, minutes, reason, staff_id)
