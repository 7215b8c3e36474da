"""Who writes invoices, from the command line."""

from cyclopts import App

from maritime_app.bookings.invoices import issuers as service
from maritime_app.bookings.invoices.model import Issuer
from maritime_app.cli.injection import OpenResources
from maritime_app.cli.output import print_table, say

issuers = App(name="issuers", help="who writes invoices: list, describe")


@issuers.command(name="list", help="every seller with its name and tax")
async def list_issuers(*, res: OpenResources) -> int:
    """Print every seller."""
    rows = [
        (
            one.code,
            one.legal_name,
            one.address.replace("\n", ", "),
            one.tax_number or "",
            f"{one.domestic_tax_percent:g} %",
        )
        for one in await service.issuers(res)
    ]
    print_table(("operator", "name", "address", "tax number", "domestic tax"), rows)
    return 0


@issuers.command(help="what the next invoices of an operator say of it; written ones stay")
async def describe(
    operator: str,
    /,
    *,
    name: str,
    address: str,
    tax_number: str = "",
    domestic_tax_percent: float = 0.0,
    res: OpenResources,
) -> int:
    """Describe a seller; lines of the address are separated by semicolons."""
    lines = "\n".join(part.strip() for part in address.split(";"))
    await service.describe(
        res, Issuer(operator, name, lines, tax_number or None, domestic_tax_percent)
    )
    say(f"The next invoices of {operator} name {name}.")
    return 0
