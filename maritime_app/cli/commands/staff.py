"""People who work here, from the command line."""

from datetime import datetime

from cyclopts import App

from maritime_app.accounts.model import NewPersonRequest
from maritime_app.accounts.permissions import Role
from maritime_app.accounts.staff import service
from maritime_app.accounts.two_factor import service as two_factor
from maritime_app.cli.injection import OpenResources
from maritime_app.cli.output import print_secret, print_table, say

staff = App(
    name="staff",
    help="who works here: add, list, disable, enable, set-role, set-password, reset-second-factor",
)


@staff.command(help="add a person; prints the first password, this once")
async def add(email: str, /, *, name: str, role: Role, res: OpenResources) -> int:
    """Add a person and print the password."""
    _staff_id, password = await service.add(res, None, NewPersonRequest(email, name, role))
    print_secret(password, f"{email} can sign in with this password, shown this once:")
    return 0


@staff.command(name="list", help="everybody, with role and state")
async def list_people(*, res: OpenResources) -> int:
    """Print everybody."""
    rows = [
        (
            person.email,
            person.name,
            person.role,
            "disabled" if person.disabled_at else "active",
            "on" if person.second_factor_since else "off",
            moment(person.signed_in_at),
        )
        for person in await service.people(res)
    ]
    print_table(("e-mail", "name", "role", "state", "second factor", "last sign-in"), rows)
    return 0


@staff.command(help="keep a person out: sessions end, tokens stop")
async def disable(email: str, /, *, res: OpenResources) -> int:
    """Disable a person."""
    await service.disable(res, None, await service.id_of(res, email))
    say(f"{email} is disabled: all sessions have ended, the tokens have stopped.")
    return 0


@staff.command(help="let a person in again")
async def enable(email: str, /, *, res: OpenResources) -> int:
    """Let a person sign in again."""
    await service.enable(res, None, await service.id_of(res, email))
    say(f"{email} is enabled: the password and the tokens that were not revoked work again.")
    return 0


@staff.command(help="give a person another role; sessions end")
async def set_role(email: str, role: Role, /, *, res: OpenResources) -> int:
    """Give a person another role."""
    await service.set_role(res, None, await service.id_of(res, email), role)
    say(f"{email} has the role {role}; sessions from before have ended.")
    return 0


@staff.command(help="make a new password; sessions end; prints it, this once")
async def set_password(email: str, /, *, res: OpenResources) -> int:
    """Generate a password and print it."""
    password = await service.set_password(res, None, await service.id_of(res, email))
    print_secret(
        password, f"The new password of {email}, shown this once; all sessions have ended:"
    )
    return 0


@staff.command(help="forget a lost second factor; sessions end, the password alone signs in")
async def reset_second_factor(email: str, /, *, res: OpenResources) -> int:
    """Delete a second factor."""
    await two_factor.reset(res, None, await service.id_of(res, email))
    say(
        f"{email} signs in with the password alone; sessions that a second factor began have ended."
    )
    return 0


def moment(instant: datetime | None) -> str:
    """Return an instant in UTC, to the minute."""
    return f"{instant:%Y-%m-%d %H:%M}Z" if instant else "never"
