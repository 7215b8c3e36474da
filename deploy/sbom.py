"""A software bill of materials out of the lock files, to standard output: `python deploy/sbom.py`,
or `python deploy/sbom.py requirements-otel.lock` for an image with OpenTelemetry.

CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/: every package of the image with its version,
its package URL (https://github.com/package-url/purl-spec) and the hashes that its installer checks.
"""

import base64
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s\\;]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def python_packages(lock: str) -> Iterator[dict[str, Any]]:
    """Every line of that lock file; a package has one hash for each of its files."""
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    for line in text.splitlines():
        if pinned := _PINNED.match(line):
            name, version = pinned.groups()
            hashes = [{"alg": "SHA-256", "content": found} for found in _HASH.findall(line)]
            yield _component(name, version, f"pkg:pypi/{name.lower()}@{version}", hashes)


def page_packages() -> Iterator[dict[str, Any]]:
    """Every package of static/package-lock.json that pages need."""
    lock = json.loads((ROOT / "static" / "package-lock.json").read_text())
    for path, package in lock["packages"].items():
        if not path or package.get("dev"):
            continue
        name = path.rpartition("node_modules/")[2]
        algorithm, _, digest = package.get("integrity", "").partition("-")
        content = base64.b64decode(digest).hex()
        hashes = [{"alg": algorithm.upper().replace("SHA", "SHA-"), "content": content}]
        purl = f"pkg:npm/{name.replace('@', '%40')}@{package['version']}"
        yield _component(name, package["version"], purl, hashes if digest else [])


def _component(name: str, version: str, purl: str, hashes: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "hashes": hashes,
    }


def bill(lock: str = "requirements.lock") -> dict[str, Any]:
    """The whole bill."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "fairway", "version": "0.1.0"}},
        "components": [*python_packages(lock), *page_packages()],
    }


if __name__ == "__main__":
    json.dump(bill(*sys.argv[1:2]), sys.stdout, indent=1)
