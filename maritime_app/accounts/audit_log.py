"""Read the audit log."""

from maritime_app.accounts import store
from maritime_app.accounts.model import AuditFilter, AuditLine
from maritime_app.resources import Resources

PER_PAGE = 50


async def lines(res: Resources, wanted: AuditFilter) -> tuple[list[AuditLine], bool]:
    """A page of it, newest first, and whether there is another one."""
    async with res.db.acquire() as conn:
        found = await store.audit_lines(conn, wanted, PER_PAGE)
    return found[:PER_PAGE], len(found) > PER_PAGE


async def actions(res: Resources) -> list[str]:
    """Every action that was ever written down."""
    async with res.db.acquire() as conn:
        return await store.audit_actions(conn)
