"""Static files: only ours and what of the installed packages is meant for browsers, kept as long as
they last.
"""

import re
from urllib.parse import urljoin

import pytest

from maritime_app.web.responses import statics
from maritime_app.web.responses.statics import STATIC_DIR, Statics

OUTSIDE = [
    "/static/../run.py",
    "/static/../settings.toml",
    "/static/..%2frun.py",
    "/static/%2e%2e/settings.toml",
    "/static/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc/passwd",
    "/static/web/..%2f..%2fpyproject.toml",
    "/static/v/0123456789/../../run.py",
    "/static/v/0123456789/..%2f..%2frun.py",
    "/static/v/0123456789//etc/passwd",
    "/static/v/",
    "/static//etc/passwd",
    "/static/%2fetc%2fpasswd",
    "/static/..\\run.py",
    "/static/%00",
    "/static/web/base.css%00.txt",
    "/static/web",
    "/static/web/",
    "/static/" + "a" * 5000,
]
PRIVATE = [
    "/static/node_modules/.package-lock.json",
    "/static/node_modules/maplibre-gl/package.json",
    "/static/web/..%2fnode_modules/maplibre-gl/package.json",
    "/static/./node_modules/maplibre-gl/package.json",
    "/static/v/0123456789/node_modules/maplibre-gl/package.json",
    "/static/v/0123456789/package.json",
    "/static/vendor/v/0123456789/maplibre-gl/package.json",
    "/static/package.json",
    "/static/package-lock.json",
    "/static/web/..%2fpackage.json",
    "/static/vendor/maplibre-gl/package.json",
    "/static/vendor/maplibre-gl/dist/..%2fpackage.json",
    "/static/vendor/maplibre-gl/dist/../package.json",
    "/static/vendor/maplibre-gl/dist/..%2f..%2fuplot%2fpackage.json",
    "/static/vendor/world-atlas/..%2f.package-lock.json",
]


async def test_it_works(standing):
    plain = {"Accept-Encoding": "identity"}
    async with standing.get(Statics().url("web/base.css"), headers=plain) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
        assert await answer.read() == (STATIC_DIR / "web" / "base.css").read_bytes()


@pytest.mark.parametrize("path", ["ferries/port_box.js", "web/base.css"])
async def test_what_is_packed_has_the_same_lines_but_for_our_comments(standing, path):
    whole = (STATIC_DIR / path).read_text().splitlines()
    async with standing.get(Statics().url(path)) as answer:
        sent = (await answer.text()).splitlines()
    lines = iter(whole)
    assert all(line in lines for line in sent), "lines are in another order, or others"
    assert 0.6 * len(whole) < len(sent) < len(whole)
    assert not any(line.lstrip().startswith("// ") for line in sent)


@pytest.mark.parametrize("target", OUTSIDE)
async def test_nothing_outside_the_folder(raw_standing, target):
    status, _headers, body = await raw_standing(
        f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )

    assert 400 <= status < 500
    assert b"root:" not in body
    assert b"[project]" not in body


@pytest.mark.parametrize("target", PRIVATE)
async def test_installed_packages_stay_private_but_for_what_browsers_load(raw_standing, target):
    assert any(
        (STATIC_DIR / "node_modules" / "maplibre-gl").iterdir()
    )  # else nothing is shown here

    status, _headers, _body = await raw_standing(
        f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )

    assert status == 404


async def test_what_a_page_names_is_there(standing):
    async with standing.get("/vessels") as page:
        text = await page.text()
    found = set(re.findall(r'"(/static/[^"]+)"', text))
    assert any("/static/vendor/" in path for path in found)

    for path in found:
        async with standing.get(path) as answer:
            assert answer.status == 200, path
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_versioned_address_may_be_kept_for_ever_and_a_plain_one_for_a_moment(standing):
    async with (
        standing.get(Statics().url("web/base.css")) as lasting,
        standing.get("/static/web/base.css") as plain,
    ):
        assert lasting.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert plain.headers["Cache-Control"] == "public, max-age=300"


async def test_a_script_names_those_it_imports_under_its_own_version(standing):
    """A page that mixed scripts of two releases would read one's records with the other's eyes."""
    address = Statics().url("vessels/map.js")
    async with standing.get(address) as answer:
        imported = re.findall(r'from "(\.{1,2}/[^"]+)"', await answer.text())
    assert imported

    for name in imported:
        beside = urljoin(address, name)
        assert beside == Statics().url(beside.split("/", 4)[4])
        async with standing.get(beside) as answer:
            assert answer.status == 200, beside
            assert answer.headers["Cache-Control"].endswith("immutable")


@pytest.mark.parametrize(
    "address",
    [
        "/static/web/base.css?v=0123456789",
        "/static/v/0123456789/vessels/map.js",
        "/static/vendor/v/0123456789/uplot/dist/uPlot.esm.js",
        "/static/vessels/map.js?v=0123456789",
    ],
)
async def test_what_another_release_names_is_kept_by_nobody(standing, address):
    async with standing.get(address) as answer:
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-cache"


def test_one_script_changes_the_address_of_all(tmp_path):
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "a.js").write_text("one")
    (tmp_path / "node_modules" / "some").mkdir(parents=True)
    (tmp_path / "node_modules" / "some" / "b.js").write_text("one")
    before = Statics(tmp_path).url("web/b.js")
    _forget()
    (tmp_path / "node_modules" / "some" / "b.js").write_text("two")
    assert Statics(tmp_path).url("web/b.js") == before

    _forget()
    (tmp_path / "web" / "a.js").write_text("two")

    assert Statics(tmp_path).url("web/b.js") != before


def _forget() -> None:
    statics._scripts_version.cache_clear()
    statics._version.cache_clear()


def test_the_address_changes_with_the_content(tmp_path):
    (tmp_path / "a.css").write_text("one")
    (tmp_path / "b.css").write_text("two")
    ours = Statics(tmp_path)

    assert re.fullmatch(r"/static/a\.css\?v=[0-9a-f]{10}", ours.url("a.css"))
    assert ours.url("a.css")[-10:] != ours.url("b.css")[-10:]
    assert ours.url("missing.css") == "/static/missing.css?v=0"


async def test_a_browser_that_has_it_is_told_so(standing):
    async with standing.get("/static/web/base.css") as first:
        tag = first.headers["ETag"]

    async with standing.get("/static/web/base.css", headers={"If-None-Match": tag}) as again:
        assert again.status == 304
        assert await again.read() == b""
