"""API tokens, from the command line."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter

from maritime_app.accounts import tokens as service
from maritime_app.accounts.permissions import ALL_PERMISSIONS, SESSION_ONLY
from maritime_app.accounts.staff import service as staff
from maritime_app.cli.commands.staff import moment
from maritime_app.cli.injection import OpenResources
from maritime_app.cli.output import print_secret, print_table, say

tokens = App(name="token", help="API tokens: add, list, revoke")

_GRANTABLE = sorted(ALL_PERMISSIONS - SESSION_ONLY)
Grantable = StrEnum("Grantable", [(name, name) for name in _GRANTABLE])  # type: ignore[misc]  # by what roles may do


@tokens.command(help="make a token that acts as a person; prints it, this once")
async def add(
    email: Annotated[str, Parameter(help="whose role bounds what it may do")],
    /,
    *,
    label: Annotated[str, Parameter(help="what it is for")],
    may: Annotated[list[Grantable], Parameter(consume_multiple=True, negative_iterable=())],
    res: OpenResources,
) -> int:
    """Make a token and print it."""
    owner = await staff.id_of(res, email)
    token = await service.make(res, None, owner, label, frozenset(map(str, may)))
    allowed = ", ".join(may)
    print_secret(token, f"This token acts as {email} and may {allowed}; it is shown this once:")
    return 0


@tokens.command(name="list", help="tokens with their ids, never the tokens themselves")
async def list_tokens(
    email: Annotated[str | None, Parameter(help="only this person's")] = None,
    /,
    *,
    res: OpenResources,
) -> int:
    """Print the tokens of a person, or all."""
    owner = await staff.id_of(res, email) if email else None
    rows = [
        (
            str(token.id),
            token.email,
            token.label,
            " ".join(token.permissions),
            moment(token.last_used_at),
            "revoked" if token.revoked_at else "live",
        )
        for token in await service.tokens(res, owner)
    ]
    print_table(("id", "acts as", "label", "may", "last used", "state"), rows)
    return 0


@tokens.command(help="take a token back, from its next request on")
async def revoke(
    token_id: Annotated[UUID, Parameter(name="id", help="as `token list` shows it")],
    /,
    *,
    res: OpenResources,
) -> int:
    """Revoke a token."""
    await service.revoke(res, None, token_id)
    say("The token is revoked.")
    return 0
