"""Read the audit log."""

from maritime_app.accounts import store
from maritime_app.accounts.model import AuditFilter, AuditLine
from maritime_app.resources import Resources

PER_PAGE = 50


async def lines(res: Resources, wanted: AuditFilter) -> tuple[list[AuditLine], bool]:
    """Return a page of the log, newest first, and whether there is another page."""
    async with res.db.acquire() as conn:
        page = await store.audit_lines(conn, wanted, PER_PAGE)
    return page[:PER_PAGE], len(page) > PER_PAGE


async def actions(res: Resources) -> list[str]:
    """Return every action that was ever written down, in order."""
    async with res.db.acquire() as conn:
        return await store.audit_actions(conn)
