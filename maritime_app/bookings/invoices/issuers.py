"""Describe the sellers of invoices: their legal name, address and tax."""

from maritime_app.accounts.service import audit
from maritime_app.bookings.invoices import store
from maritime_app.bookings.invoices.model import Issuer
from maritime_app.errors import Invalid, NotFound
from maritime_app.i18n import translate as _
from maritime_app.resources import Resources

_MOST_PERCENT = 99


async def issuers(res: Resources) -> list[Issuer]:
    """Return every seller that has written an invoice or was described, by code."""
    async with res.db.acquire() as conn:
        return await store.all_issuers(conn)


async def describe(res: Resources, issuer: Issuer) -> None:
    """Describe a seller for its next invoices; those that are written stay as they are.

    Raise NotFound for an unknown operator, Invalid without a name or with an impossible tax.
    """
    if not issuer.legal_name.strip() or not 0 <= issuer.domestic_tax_percent <= _MOST_PERCENT:
        raise Invalid(_("A seller has a name, and a tax between 0 and 99 percent."))
    async with res.db.transaction() as conn:
        if not await store.put_issuer(conn, issuer):
            raise NotFound(_("There is no such operator."))
        detail = {"legal_name": issuer.legal_name, "tax_percent": issuer.domestic_tax_percent}
        await audit(conn, None, "issuer_described", ("operator", issuer.code), detail)
