"""Templates are compiled once, whatever becomes of the folder that keeps them."""

import jinja2
import pytest

from maritime_app.web.compiled_templates import CompiledTemplates, compile_ahead

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
