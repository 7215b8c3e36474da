"""What the service is made of, as CycloneDX 1.6, and what is known against it."""

import importlib.metadata
import json
import re
from pathlib import Path

from bench.attack import audited
from bench.attack.model import Finding
from bench.attack.target import ROOT

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


async def attack(folder: Path) -> list[Finding]:
    """Write the list into the folder, look that everything is pinned by hash, and audit it."""
    lock = (ROOT / "requirements.lock").read_text()
    pinned = _PINNED.findall(lock)
    (folder / "bom.json").write_text(json.dumps(bill(pinned), indent=1))
    blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", lock)
    bare = [block.split("==")[0] for block in blocks if "==" in block and not _HASH.search(block)]
    findings = [
        Finding("materials", f"{len(pinned)} packages in {folder / 'bom.json'}", bool(pinned)),
        Finding("materials", f"{len(bare)} packages without a hash", not bare),
    ]
    return [*findings, await audited.python(folder), await audited.javascript(folder)]


def bill(pinned: list[tuple[str, str]]) -> dict[str, object]:
    """Return the bill of materials of these packages."""
    components = [
        {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name.lower()}@{version}",
            **_license(name),
        }
        for name, version in sorted(pinned)
    ]
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components}


def _license(name: str) -> dict[str, object]:
    try:
        told = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return {}
    text = told.get("License-Expression") or told.get("License") or ""
    return {"licenses": [{"license": {"name": text.splitlines()[0][:100]}}]} if text else {}
