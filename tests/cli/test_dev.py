"""`make dev`: a change of code restarts the service, a change of a template only shows."""

import asyncio
import sys

import pytest

from maritime_app.cli.developer import dev
from maritime_app.infra.cache.two_level import Filled

# A service of four lines: it says that it was started, and with which environment, and waits.
SERVICE = """
import os, signal, sys
with open(sys.argv[1], "a") as file:
    print(os.environ["MARITIME_WEB_RELOAD_TEMPLATES"], os.environ["DATABASE_URL"], file=file)
signal.pause()
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder of code and one of templates, and that service."""
    for name in ("code", "templates"):
        (tmp_path / name).mkdir()
    (tmp_path / "service.py").write_text(SERVICE)
    monkeypatch.setattr(dev, "WATCHED", [tmp_path / "code"])
    monkeypatch.setattr(dev, "TEMPLATES", tmp_path / "templates")
    monkeypatch.setattr(dev, "SERVICE", [sys.executable, str(tmp_path / "service.py")])
    return tmp_path


@pytest.fixture
async def developing(project, settings):
    """`make dev` on that project; the lines that its service has written so far."""
    started = project / "started"
    running = asyncio.create_task(dev.develop(settings, [str(started)]))

    def lines():
        return started.read_text().splitlines() if started.exists() else []

    await until(lambda: len(lines()) == 1)
    yield lines
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_it_works(developing, project, settings):
    assert developing() == [f"true {settings.database.url}"]
    await changed(project / "code" / "model.py", lambda: len(developing()) == 2)
    assert developing()[1] == developing()[0], "the servers are kept"


async def test_a_template_needs_no_restart(developing, project, capsys):
    await changed(
        project / "templates" / "page.html", lambda: "shown from now on" in capsys.readouterr().out
    )
    await changed(project / "code" / "model.py", lambda: len(developing()) == 2)


async def test_what_no_service_reads_is_left_alone(developing, project):
    (project / "code" / "notes.swp").write_text("an editor's own file")
    await changed(project / "code" / "model.py", lambda: len(developing()) == 2)


async def test_pages_that_are_kept_are_forgotten(resources):
    async def fill():
        return Filled(b"<p>old</p>", [], 300)

    await resources.cache.get("page:en:home", [], fill)
    assert resources.cache.local("page:en:home")

    await dev.forget_pages(resources.settings.redis.url)

    await until(lambda: resources.cache.local("page:en:home") is None)
    assert await resources.cache.shared("page:en:home") is None


async def changed(file, seen):
    """Save the file again and again until it was noticed: watching begins a moment after
    the start.
    """
    async with asyncio.timeout(60):
        number = 0
        while not seen():
            number += 1
            file.write_text(f"number = {number}")
            await asyncio.sleep(1.5)


async def until(true):
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.05)
