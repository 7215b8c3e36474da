"""The gate role: a laptop at the quay (see docs/boarding.md)."""

import sys
from pathlib import Path
from uuid import UUID

import segno

from maritime_app.boarding.gate import certificate
from maritime_app.boarding.gate.running import GatePlan, running
from maritime_app.cli.injection import GivenSettings
from maritime_app.cli.output import say
from maritime_app.cli.processes import start


async def gate(
    *, sailing: UUID, server: str, quay: str = "quay", plain: bool = False, settings: GivenSettings
) -> int:
    """Let people aboard one sailing without internet, and settle with the server when it is there.

    Parameters
    ----------
    sailing
        Its id, as in the address of its gate (/boarding/<id>).
    server
        The address of the service, e.g. https://fairway.example.
    quay
        A name for this laptop; quays are told apart by it.
    plain
        Serve http instead of https: for typed codes only, browsers give no camera then.
    """
    if not settings.gate.token:
        say("run.py gate: set GATE_TOKEN to an API token that may check passengers in")
        return 1
    folder = Path(settings.paths.var_dir) / "gate"
    tls, fingerprint = (None, "") if plain else certificate.tls_context(folder)
    plan = GatePlan(sailing, server, quay, folder, tls)
    async with running(settings, plan) as (opened, address):
        found = opened.boarding_list
        say(f"\nReady: {len(found.tickets)} tickets, list of {found.made_at:%H:%M} UTC.\n")
        for host in certificate.addresses():
            say(f"  {address.format(host=host)}")
        link = address.format(host=certificate.addresses()[-1])
        segno.make(link).terminal(out=sys.stderr, compact=True)
        if fingerprint:
            say(f"Certificate (SHA-256): {fingerprint}")
        say("Ctrl-C ends it; what was let aboard is kept.")
        await start.forever()
    return 0
