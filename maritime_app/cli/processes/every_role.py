"""Every role in one process."""

from maritime_app.cli.output import announce
from maritime_app.cli.processes import start
from maritime_app.cli.processes.loading import ROLES
from maritime_app.cli.processes.sandbox_settings import with_sandbox
from maritime_app.settings.model import Settings


async def every_role(served: Settings) -> int:
    """Start every role on servers that answer and have the schema, beside the sandbox for whatever
    has no address or key.
    """
    async with with_sandbox(served) as complete, start.running(complete, ROLES) as (res, address):
        password = await start.first_data(res)
        _say_where(complete, address, password)
        await start.serve(res)
    return 0


def _say_where(settings: Settings, address: str, password: str | None) -> None:
    """Tell the newcomer where to look; the first administrator's password is shown this once."""
    lines = [
        f"  pages          {address}/",
        f"  live map       {address}/vessels",
        f"  API            {address}/api/v1/openapi.json",
    ]
    if settings.sandboxed:
        plays = ", ".join(settings.sandboxed)
        lines.append(f"  sandbox        {settings.sandbox.url}/   (plays {plays})")
        lines.append(f"  mailbox        {settings.sandbox.url}/mailbox")
    lines.append(f"  staff          {address}/sign-in   as admin@maritime.example")
    if password:
        lines.append(f"  its password   {password}   (made now, shown this once)")
    announce("\nReady.\n" + "\n".join(lines) + "\n\nCtrl-C ends it.\n")
