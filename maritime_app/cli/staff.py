"""Staff and tokens from the command line.

A secret is the only thing on standard output, so that a script can take it; what it is goes to
standard error.
"""

import argparse
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.table import Table
from rich.text import Text

from maritime_app.accounts import tokens
from maritime_app.accounts.model import NewPersonRequest
from maritime_app.accounts.permissions import ALL_PERMISSIONS, PERMISSIONS, SESSION_ONLY
from maritime_app.accounts.staff import service as staff
from maritime_app.accounts.two_factor import service as two_factor
from maritime_app.resources import Resources

_WIDE = 160  # where nobody looks at the output, lines are not cut to a terminal's width
_Work = Callable[[Resources, argparse.Namespace], Awaitable[int]]


def add(each: Any, run: Callable[..., Awaitable[int]]) -> None:
    """Add `staff` and `token` to the parser;

    `run` opens the resources and calls `args.work(res, args)`.
    """
    verbs = _noun(
        each,
        "staff",
        "who works here: add, list, disable, enable, set-role, set-password, reset-second-factor",
    )
    new = _verb(verbs, "add", "add a person; prints the first password, this once", run, add_person)
    new.add_argument("email", metavar="EMAIL")
    new.add_argument("--name", required=True)
    new.add_argument("--role", required=True, choices=PERMISSIONS)
    _verb(verbs, "list", "everybody, with role and state", run, list_people)
    keep_out = "keep a person out: sessions end, tokens stop"
    _verb(verbs, "disable", keep_out, run, disable).add_argument("email", metavar="EMAIL")
    _verb(verbs, "enable", "let a person in again", run, enable).add_argument(
        "email", metavar="EMAIL"
    )
    role = _verb(verbs, "set-role", "give a person another role; sessions end", run, set_role)
    role.add_argument("email", metavar="EMAIL")
    role.add_argument("role", metavar="ROLE", choices=PERMISSIONS, help=", ".join(PERMISSIONS))
    renew = "make a new password; sessions end; prints it, this once"
    _verb(verbs, "set-password", renew, run, set_password).add_argument("email", metavar="EMAIL")
    forget = "forget a lost second factor; sessions end, the password alone signs in"
    _verb(verbs, "reset-second-factor", forget, run, reset_second_factor).add_argument(
        "email", metavar="EMAIL"
    )
    _add_token(each, run)


def _add_token(each: Any, run: Callable[..., Awaitable[int]]) -> None:
    verbs = _noun(each, "token", "API tokens: add, list, revoke")
    new = _verb(
        verbs, "add", "make a token that acts as a person; prints it, this once", run, add_token
    )
    new.add_argument("email", metavar="EMAIL", help="whose role bounds what it may do")
    new.add_argument("--label", required=True, help="what it is for")
    new.add_argument(
        "--may",
        required=True,
        nargs="+",
        metavar="PERMISSION",
        choices=sorted(ALL_PERMISSIONS - SESSION_ONLY),
        help=", ".join(sorted(ALL_PERMISSIONS - SESSION_ONLY)),
    )
    shown = _verb(
        verbs, "list", "tokens with their ids, never the tokens themselves", run, list_tokens
    )
    shown.add_argument("email", metavar="EMAIL", nargs="?", help="only this person's")
    gone = _verb(verbs, "revoke", "take a token back, from its next request on", run, revoke_token)
    gone.add_argument("token_id", metavar="ID", type=UUID, help="as `token list` shows it")


async def add_person(res: Resources, args: argparse.Namespace) -> int:
    """Add a person and print the password."""
    _, password = await staff.add(res, None, NewPersonRequest(args.email, args.name, args.role))
    _print_secret(password, f"{args.email} can sign in with this password, shown this once:")
    return 0


async def list_people(res: Resources, _args: argparse.Namespace) -> int:
    """Print everybody."""
    rows = [
        (
            who.email,
            who.name,
            who.role,
            "disabled" if who.disabled_at else "active",
            "on" if who.second_factor_since else "off",
            _when(who.signed_in_at),
        )
        for who in await staff.people(res)
    ]
    _print_table(("e-mail", "name", "role", "state", "second factor", "last sign-in"), rows)
    return 0


async def disable(res: Resources, args: argparse.Namespace) -> int:
    """Keep a person out."""
    await staff.disable(res, None, await staff.id_of(res, args.email))
    _say(f"{args.email} is disabled: all sessions have ended, the tokens have stopped.")
    return 0


async def enable(res: Resources, args: argparse.Namespace) -> int:
    """Let a person in again."""
    await staff.enable(res, None, await staff.id_of(res, args.email))
    _say(f"{args.email} is enabled: the password and the tokens that were not revoked work again.")
    return 0


async def set_role(res: Resources, args: argparse.Namespace) -> int:
    """Give a person another role."""
    await staff.set_role(res, None, await staff.id_of(res, args.email), args.role)
    _say(f"{args.email} has the role {args.role}; sessions from before have ended.")
    return 0


async def set_password(res: Resources, args: argparse.Namespace) -> int:
    """Make a new password and print it."""
    password = await staff.set_password(res, None, await staff.id_of(res, args.email))
    _print_secret(
        password, f"The new password of {args.email}, shown this once; all sessions have ended:"
    )
    return 0


async def reset_second_factor(res: Resources, args: argparse.Namespace) -> int:
    """Forget a second factor."""
    await two_factor.reset(res, None, await staff.id_of(res, args.email))
    _say(
        f"{args.email} signs in with the password alone; sessions that a second factor began have ended."
    )
    return 0


async def add_token(res: Resources, args: argparse.Namespace) -> int:
    """Make a token and print it."""
    owner = await staff.id_of(res, args.email)
    token = await tokens.make(res, None, owner, args.label, frozenset(args.may))
    _print_secret(
        token,
        f"This token acts as {args.email} and may {', '.join(args.may)}; it is shown this once:",
    )
    return 0


async def list_tokens(res: Resources, args: argparse.Namespace) -> int:
    """Print the tokens of a person, or all."""
    owner = await staff.id_of(res, args.email) if args.email else None
    rows = [
        (
            str(token.id),
            token.email,
            token.label,
            " ".join(token.permissions),
            _when(token.last_used_at),
            "revoked" if token.revoked_at else "live",
        )
        for token in await tokens.tokens(res, owner)
    ]
    _print_table(("id", "acts as", "label", "may", "last used", "state"), rows)
    return 0


async def revoke_token(res: Resources, args: argparse.Namespace) -> int:
    """Take a token back."""
    await tokens.revoke(res, None, args.token_id)
    _say("The token is revoked.")
    return 0


def _noun(each: Any, name: str, about: str) -> Any:
    parser = each.add_parser(name, help=about, description=about)
    return parser.add_subparsers(dest="verb", metavar="VERB", required=True)


def _verb(
    verbs: Any, name: str, about: str, run: Callable[..., Awaitable[int]], work: _Work
) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = verbs.add_parser(name, help=about, description=about)
    made.set_defaults(run=run, work=work)
    return made


def _when(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M}Z" if instant else "never"


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")


def _print_secret(secret: str, words: str) -> None:
    _say(words)
    sys.stdout.write(secret + "\n")


def _print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDE)
    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))  # names and labels are no markup
    console.print(table)
