"""What is known against the packages that are pinned: Python's by pip-audit, the pages' by npm.

Both ask a registry. One that does not answer, or that does not know a package, proves nothing
about it: the row says how many were judged, and never that nothing was found where nobody looked.
"""

import json
import shutil
from pathlib import Path
from typing import Any, Final

from bench.attack import tools
from bench.attack.model import Finding
from bench.attack.target import ROOT

_WITHIN_SECONDS: Final = 120.0
_LISTED: Final = 5


async def python(folder: Path) -> Finding:
    """Ask what is known against every package of the run-time lock file."""
    command = tools.found("pip-audit", "pip-audit")
    if not command:
        return _unasked("Python", "pip-audit is not installed")
    report = folder / "pip-audit.json"
    arguments = [
        "--disable-pip", "--require-hashes", "--requirement", str(ROOT / "requirements.lock"),
        "--format", "json", "--desc", "off", "--progress-spinner", "off",
        "--output", str(report),
    ]  # fmt: skip
    log = folder / "pip-audit.log"
    if await tools.run([command, *arguments], log, _WITHIN_SECONDS) is None:
        return _unasked("Python", f"no answer within {_WITHIN_SECONDS:.0f} s")
    return judged_python(_read(report))


async def javascript(folder: Path) -> Finding:
    """Ask what is known against every package that a page may load."""
    command = tools.found("npm", "npm") or shutil.which("npm")
    if not command:
        return _unasked("JavaScript", "npm is not installed")
    report = folder / "npm-audit.json"
    arguments = ["audit", "--json", "--omit=dev", "--prefix", str(ROOT / "static")]
    if await tools.run([command, *arguments], report, _WITHIN_SECONDS) is None:
        return _unasked("JavaScript", f"no answer within {_WITHIN_SECONDS:.0f} s")
    return judged_javascript(_read(report))


def judged_python(report: dict[str, Any]) -> Finding:
    """Return what pip-audit's report says: `dependencies` with `vulns`, or a `skip_reason` for
    those that its database does not know.
    """
    packages = report.get("dependencies", [])
    asked = [package for package in packages if "skip_reason" not in package]
    if not asked:
        return _unasked("Python", "the database did not answer, or knows none of them")
    known = [
        f"{package['name']} {package['version']}: {one['id']}"
        for package in asked
        for one in package["vulns"]
    ]
    return _finding("Python", len(asked), len(packages), known)


def judged_javascript(report: dict[str, Any]) -> Finding:
    """Return what npm's report says: `vulnerabilities` by package and how many were judged."""
    if "metadata" not in report:
        return _unasked("JavaScript", "the registry did not answer")
    total = report["metadata"]["dependencies"]["total"]
    known = [f"{name}: {one['severity']}" for name, one in report["vulnerabilities"].items()]
    return _finding("JavaScript", total, total, known)


def _finding(language: str, asked: int, of: int, known: list[str]) -> Finding:
    words = f"known vulnerabilities of {asked} of {of} {language} packages: {len(known)}"
    if known:
        words += f" ({', '.join(known[:_LISTED])})"
    return Finding("materials", words, held=not known)


def _unasked(language: str, why: str) -> Finding:
    return Finding("materials", f"known vulnerabilities in {language}: not asked, {why}", held=True)


def _read(report: Path) -> dict[str, Any]:
    """Return the report, an empty one where the program died before it wrote any."""
    try:
        text = report.read_text()
        # npm writes its warnings before the document.
        found = json.loads(text[text.index("{") :])
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
