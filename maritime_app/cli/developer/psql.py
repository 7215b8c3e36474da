"""`make psql`: psql on the database of a running copy, else on one started while it lasts."""

import asyncio
import shutil
import sys

from maritime_app.cli.processes import servers
from maritime_app.infra.embedded.postgres import find_binaries
from maritime_app.settings import file as settings_file


async def psql(arguments: list[str]) -> int:
    """Run psql with these arguments; returns its exit code."""
    settings = servers.with_secret(settings_file.load())
    async with servers.with_servers(settings, join=True) as served:
        beside_server = find_binaries() / "psql"
        program = shutil.which("psql") or str(beside_server)
        child = await asyncio.create_subprocess_exec(program, served.database.url, *arguments)
        return await child.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(psql(sys.argv[1:])))
