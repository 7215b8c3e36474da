"""What `make image-check` makes of a Containerfile; the chroots themselves take minutes."""

from pathlib import Path

import pytest

from bench import image_check

FILE = """# a comment
FROM node:22-slim AS pages
WORKDIR /build
COPY a.txt b.txt ./
RUN test -f a.txt && \\
    cp a.txt made.txt
FROM node:22-slim
ENV ONE=1 TWO="2 3"
COPY --from=pages /build/made.txt kept/
COPY folder folder
USER somebody
HEALTHCHECK --timeout=3s CMD ["look", "here"]
ENTRYPOINT ["program"]
CMD ["web"]
"""


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A source of files to be copied."""
    source = tmp_path / "source"
    (source / "folder" / "node_modules").mkdir(parents=True)
    for name in ("a.txt", "b.txt", "folder/c.txt", "folder/node_modules/d.txt"):
        (source / name).write_text(name)
    monkeypatch.setattr(image_check, "ROOT", source)
    return source


def test_it_works(root, tmp_path):
    (tmp_path / "stages").mkdir()

    last = image_check.build(FILE, tmp_path / "stages", root)

    assert sorted(str(file.relative_to(last.folder)) for file in last.folder.rglob("*.txt")) == [
        "folder/c.txt",
        "kept/made.txt",
    ]
    assert last.env == {"ONE": "1", "TWO": "2 3"}
    assert (last.user, last.command, last.role) == ("somebody", ["program"], ["web"])
    assert last.health == ["look", "here"]


@pytest.mark.parametrize("line", ["FROM scratch", "ONBUILD RUN true"])
def test_what_it_does_not_know_is_no_success(root, tmp_path, line):
    with pytest.raises(SystemExit, match="image-check"):
        image_check.build(f"FROM node:22\n{line}", tmp_path, root)


def test_a_step_that_fails_fails(root, tmp_path):
    with pytest.raises(Exception, match="exit status 3"):
        image_check.build("FROM node:22\nRUN exit 3", tmp_path, root)


def test_it_knows_every_word_of_ours():
    text = (Path(__file__).resolve().parents[2] / "deploy" / "Containerfile").read_text()
    known = image_check.LEFT_TO_ENGINES | {"FROM", "ARG", "COPY", "RUN", "WORKDIR", "USER", "ENV"}
    known |= {"HEALTHCHECK", "ENTRYPOINT", "CMD"}
    assert {word for word, _rest in image_check.instructions(text)} <= known
