"""The bulk endpoints of UNCTADstat: metadata with a version, the list of files, 7z files, notes."""

import asyncio
import io

import msgspec
from aiohttp import web

from maritime_app.ports.statistics.tables import TABLE_BY_REPORT
from maritime_app.sandbox.model import SandboxConfig
from maritime_app.sandbox.unctad import query_api
from maritime_app.sandbox.unctad.figures import REPORTS, table_csv
from maritime_app.sandbox.unctad.query_api import PUBLISHER, Publisher

_NOTES = (
    "<p>Invented by the sandbox in the format of UNCTADstat."
    " <b>These figures describe no real port and no real country.</b></p>"
)


def mount(app: web.Application, config: SandboxConfig) -> None:
    """Serve everything under /unctad."""
    app[PUBLISHER] = Publisher(config.seed)
    app.router.add_get("/unctad/api/reportMetadata/{report}/en", metadata)
    app.router.add_get("/unctad/api/reportMetadata/{report}/bulkfiles/en", bulk_files)
    app.router.add_get("/unctad/api/datacenter/reports/{report}/info/en", info)
    app.router.add_get("/unctad/bulkdownload/{report}/{blob}", download)
    app.router.add_post("/unctad/sandbox/bump", bump)
    query_api.mount(app)


async def metadata(request: web.Request) -> web.Response:
    """Answer with title and version of a report."""
    report = _report(request)
    title = TABLE_BY_REPORT[report].title
    return _json(
        {"title": f"{title} (sandbox, invented)", "version": request.app[PUBLISHER].version}
    )


async def bulk_files(request: web.Request) -> web.Response:
    """Answer with the one bulk file of a report."""
    report = _report(request)
    size = len(await _archive(request.app[PUBLISHER], report))
    return _json(
        [{"fileId": 1, "fileBlobName": _blob(report), "fileSize": size, "label": "All periods"}]
    )


async def info(request: web.Request) -> web.Response:
    """Answer with the notes on a report: that nothing of it is real."""
    report = _report(request)
    return _json(
        {
            "Title": report,
            "Category": "Sandbox",
            "Keywords": "",
            "Notes": _NOTES,
            "measures": [],
            "dims": [],
        }
    )


async def download(request: web.Request) -> web.Response:
    """Answer with the 7z (LZMA2) that holds one CSV."""
    report = _report(request)
    if request.match_info["blob"] != _blob(report):
        raise web.HTTPNotFound
    body = await _archive(request.app[PUBLISHER], report)
    headers = {"Content-Disposition": f'attachment; filename="{_blob(report)}.csv.7z"'}
    return web.Response(body=body, content_type="application/x-7z-compressed", headers=headers)


async def bump(request: web.Request) -> web.Response:
    """Publish a new version, in which the newest period of every table is revised."""
    publisher = request.app[PUBLISHER]
    publisher.version += 1
    publisher.packed.clear()
    return _json({"version": publisher.version})


async def _archive(publisher: Publisher, report: str) -> bytes:
    key = (report, publisher.version)
    if key not in publisher.packed:
        publisher.packed[key] = await asyncio.to_thread(
            _pack, report, publisher.seed, publisher.version
        )
    return publisher.packed[key]


def _pack(report: str, seed: int, version: int) -> bytes:
    import py7zr  # 25 ms that no start needs

    out = io.BytesIO()
    filters = [{"id": py7zr.FILTER_LZMA2, "preset": 3}]
    with py7zr.SevenZipFile(out, "w", filters=filters) as packed:
        packed.writestr(table_csv(report, seed, version), f"{_blob(report)}.csv")
    return out.getvalue()


def _report(request: web.Request) -> str:
    report = request.match_info["report"]
    if report not in REPORTS:  # case-sensitive, as the real one
        raise web.HTTPNotFound
    return report


def _blob(report: str) -> str:
    return report.replace(".", "_")


def _json(answer: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(answer), content_type="application/json")
