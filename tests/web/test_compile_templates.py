"""Templates are compiled once, whatever becomes of the folder that keeps them, and by a process
that no request waits for.
"""

import asyncio
import os
import sys
from contextlib import suppress

import jinja2
import pytest

from maritime_app.web.templates import page_environment
from maritime_app.web.templates.compiled_templates import CompiledTemplates, compile_ahead

pytestmark = pytest.mark.pure


class Process(jinja2.Environment):
    """What one process renders out of `page.html`; it counts what it had to compile."""

    def __init__(self, folder, source="from {{ port }}"):
        loader, kept = jinja2.DictLoader({"page.html": source}), CompiledTemplates(folder)
        super().__init__(loader=loader, autoescape=True, bytecode_cache=kept)
        self.compiled = 0

    def _compile(self, source, filename):
        self.compiled += 1
        return super()._compile(source, filename)

    def page(self):
        return self.get_template("page.html").render(port="Piraeus")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "var" / "templates"


def test_it_works(folder):
    """The second process compiles nothing; the folder is nobody else's."""
    first, second = Process(folder), Process(folder)

    assert [first.page(), second.page()] == ["from Piraeus"] * 2
    assert (first.compiled, second.compiled) == (1, 0)
    assert folder.stat().st_mode & 0o077 == 0


def test_a_template_that_changed_is_compiled_again_and_takes_the_place_of_the_older(folder):
    Process(folder).page()

    assert Process(folder, "to {{ port }}").page() == "to Piraeus"
    assert len(list(folder.iterdir())) == 1


def test_a_file_that_is_cut_or_none_of_ours_is_compiled_again(folder):
    Process(folder).page()
    (kept,) = folder.iterdir()
    for content in (kept.read_bytes()[:40], b"", b"\0" * 400):
        kept.write_bytes(content)
        process = Process(folder)
        assert (process.page(), process.compiled) == ("from Piraeus", 1)


def test_without_a_folder_each_process_compiles_for_itself(folder):
    folder.parent.mkdir()
    folder.touch()
    processes = [Process(folder), Process(folder)]

    assert [process.page() for process in processes] == ["from Piraeus"] * 2
    assert [process.compiled for process in processes] == [1, 1]


async def test_pages_are_compiled_before_anybody_asks_for_them(folder):
    """Mails and the sandbox have environments of their own."""
    process = Process(folder)
    process.loader = jinja2.DictLoader(
        dict.fromkeys(("page.html", "web/x.html", "ports/mails/x.txt", "emails/x", "sandbox/x"), "")
    )

    await compile_ahead(process)
    assert process.compiled == 2

    process.page()
    assert process.compiled == 2


COMPILER = (sys.executable, "-m", "maritime_app.web.templates.compiling")


class Server(jinja2.Environment):
    """What a process that serves reads its pages with; it counts what it had to compile."""

    def __init__(self, var_dir):
        super().__init__(**page_environment.options(var_dir))
        page_environment.install(self)
        self.compiled = 0

    def _compile(self, source, filename):
        self.compiled += 1
        return super()._compile(source, filename)


async def test_a_process_of_its_own_compiles_what_is_not_kept(tmp_path):
    """What it has written is what the server would have: it compiles none itself."""
    server = Server(tmp_path)
    await compile_ahead(server, (*COMPILER, str(tmp_path)))

    assert server.get_template("vessels/map.html").name == "vessels/map.html"
    assert server.compiled == 0


@pytest.mark.parametrize(
    "command",
    [
        (sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"),
        ("/nowhere/python", "-m", "maritime_app.web.templates.compiling"),
    ],
    ids=["killed", "no program"],
)
async def test_what_it_leaves_the_server_compiles_itself(folder, command):
    process = Process(folder)
    await compile_ahead(process, command)
    assert process.compiled == 1


async def test_nobody_is_asked_where_everything_is_kept(folder, tmp_path):
    trace = tmp_path / "asked"
    command = (sys.executable, "-c", f"open({str(trace)!r}, 'w')")
    Process(folder).page()
    await compile_ahead(Process(folder), command)
    assert not trace.exists()

    await compile_ahead(Process(folder, "to {{ port }}"), command)
    assert trace.exists()


async def test_it_ends_with_the_server(folder, tmp_path):
    trace = tmp_path / "number"
    script = (
        f"import os,time; open({str(trace)!r}, 'w').write(f'{{os.getpid()}}.'); time.sleep(600)"
    )
    preparing = asyncio.create_task(compile_ahead(Process(folder), (sys.executable, "-c", script)))
    async with asyncio.timeout(60):
        while not (trace.exists() and trace.read_text().endswith(".")):
            await asyncio.sleep(0.02)
    preparing.cancel()
    with suppress(asyncio.CancelledError):
        await preparing

    with pytest.raises(ProcessLookupError):
        os.kill(int(trace.read_text().rstrip(".")), 0)


async def test_where_nothing_can_be_kept_it_does_nothing(tmp_path):
    (tmp_path / "templates").touch()
    child = await asyncio.create_subprocess_exec(*COMPILER, str(tmp_path))
    assert await child.wait() == 0
