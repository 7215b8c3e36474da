"""The bulk files of a publisher that misbehaves."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import msgspec
import py7zr
import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from maritime_app.errors import Unavailable
from maritime_app.ports.statistics.unctad import archive
from maritime_app.ports.statistics.unctad.bulk_api import BulkApi, BulkFile
from maritime_app.settings import file as settings_file
from maritime_app.settings.outside import Unctad

FILE = BulkFile(1, "US_PLSCI")


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def unctad(server: BaseTestServer, timeout_seconds: float = 5.0) -> Unctad:
    known = settings_file.load({}).unctad
    return msgspec.structs.replace(
        known, base_url=str(server.make_url("/")), timeout_seconds=timeout_seconds
    )


async def serve(
    path: str, *, status: int = 200, body: bytes = b"", headers: dict[str, str] | None = None
) -> TestServer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers=headers)

    app = web.Application()
    app.router.add_get(path, answer)
    server = TestServer(app)
    await server.start_server()
    return server


async def test_it_works(http: aiohttp.ClientSession) -> None:
    async with await serve(
        "/api/reportMetadata/US.PLSCI/en", body=b'{"title": "T", "version": 2231}'
    ) as server:
        meta = await BulkApi(http, unctad(server)).metadata("US.PLSCI")
    assert (meta.title, meta.version) == ("T", 2231)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"title": "T"}', b"\xff"])
async def test_another_answer_is_unavailable(http: aiohttp.ClientSession, body: bytes) -> None:
    async with await serve("/api/reportMetadata/US.PLSCI/en", body=body) as server:
        with pytest.raises(Unavailable):
            await BulkApi(http, unctad(server)).metadata("US.PLSCI")


async def test_retry_after_is_passed_on(http: aiohttp.ClientSession) -> None:
    path = "/api/reportMetadata/US.PLSCI/en"
    async with await serve(path, status=429, headers={"Retry-After": "40"}) as server:
        with pytest.raises(Unavailable) as refused:
            await BulkApi(http, unctad(server)).metadata("US.PLSCI")
    assert refused.value.retry_after_seconds == 40


async def test_nobody_there_is_unavailable(http: aiohttp.ClientSession, tmp_path: Path) -> None:
    async with await serve("/") as server:
        settings = unctad(server)
    with pytest.raises(Unavailable):
        await BulkApi(http, settings).metadata("US.PLSCI")
    with pytest.raises(Unavailable):
        await BulkApi(http, settings).download("US.PLSCI", FILE, tmp_path / "x.7z")


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", ""])
async def test_file_names_are_checked(http: aiohttp.ClientSession, name: str) -> None:
    body = msgspec.json.encode([{"fileId": 1, "fileBlobName": name}])
    async with await serve("/api/reportMetadata/US.PLSCI/bulkfiles/en", body=body) as server:
        with pytest.raises(Unavailable, match="no usable"):
            await BulkApi(http, unctad(server)).bulk_files("US.PLSCI")


async def test_notes_become_plain_text(http: aiohttp.ClientSession) -> None:
    body = b'{"Title": "T", "Notes": "<p>Ships of <b>1,000 GT</b> &amp; above</p>"}'
    async with await serve("/api/datacenter/reports/US.PortCalls_S/info/en", body=body) as server:
        assert (
            await BulkApi(http, unctad(server)).notes("US.PortCalls_S")
            == "Ships of 1,000 GT & above"
        )


def test_one_csv_is_unpacked(tmp_path: Path) -> None:
    packed = _pack(tmp_path, {"US_PLSCI.csv": b"a,b\n"})
    (tmp_path / "out").mkdir()
    assert archive.unpack_csv(packed, tmp_path / "out").read_bytes() == b"a,b\n"


@pytest.mark.parametrize(
    "files",
    [{"a.csv": b"", "b.csv": b""}, {"a.exe": b""}, {"sub/a.csv": b"x"}, {}],
    ids=["two", "exe", "deep", "none"],
)
def test_other_archives_are_refused(tmp_path: Path, files: dict[str, bytes]) -> None:
    packed = _pack(tmp_path, files)
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(Unavailable):
        archive.unpack_csv(packed, out)
    assert list(out.iterdir()) == []


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 1000)
    packed = _pack(tmp_path, {"a.csv": b"0" * 1001})
    with pytest.raises(Unavailable, match="1001 bytes"):
        archive.unpack_csv(packed, tmp_path)


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "x.7z"
    broken.write_bytes(b"<html>not today</html>")
    with pytest.raises(Unavailable):
        archive.unpack_csv(broken, tmp_path)


def _pack(folder: Path, files: dict[str, bytes]) -> Path:
    path = folder / "x.7z"
    with py7zr.SevenZipFile(path, "w") as packed:
        for name, body in files.items():
            packed.writestr(body, name)
    return path
