"""The API against its own description, by Schemathesis: a fuzzer that knows nothing of us.

It is given an administrator's token, so that it comes behind every door, and asks each operation as
its description allows and as it does not. Where it is not installed, that is said, and nothing is
tried. What a description cannot say (that a port exists, that a day has not passed) may be refused.
https://schemathesis.readthedocs.io
"""

import json
from pathlib import Path
from typing import Any, Final

from bench.attack import tools
from bench.attack.model import Finding
from bench.attack.target import Target
from maritime_app.accounts.permissions import Role

_CASES: Final = 8  # of each operation: a minute on two quiet cores
_WITHIN_SECONDS: Final = 280.0
_LISTED: Final = 5
_CHECKS: Final = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance,unsupported_method,"
    "negative_data_rejection,ignored_auth"
)


async def attack(target: Target, seed: int, folder: Path) -> list[Finding]:
    """Ask every described operation; find answers that the description does not have."""
    command = tools.found("schemathesis", "schemathesis", "st")
    if not command:
        return [Finding("described", "not tried: Schemathesis is not installed", held=True)]
    log, report = folder / "schemathesis.log", folder / "schemathesis.json"
    ended = await tools.run(_arguments(command, target, seed, report), log, _WITHIN_SECONDS)
    if ended is None or not report.exists():
        words = f"Schemathesis did not come to its end within {_WITHIN_SECONDS:.0f} s; see {log}"
        return [Finding("described", words, held=False)]
    return [_judged(json.loads(report.read_bytes()), seed, log)]


def _arguments(command: str, target: Target, seed: int, report: Path) -> list[str]:
    return [
        command, "run", f"{target.base}/api/v1/openapi.json", "--url", target.base,
        "--header", f"Authorization: Bearer {target.tokens[Role.ADMIN]}",
        "--phases", "fuzzing", "--max-examples", str(_CASES), "--no-shrink",
        "--checks", _CHECKS, "--seed", str(seed), "--suppress-health-check", "all",
        "--request-timeout", "30", "--continue-on-failure", "--no-color",
        "--report", "json", "--report-json-path", str(report),
    ]  # fmt: skip


def _judged(report: dict[str, Any], seed: int, log: Path) -> Finding:
    """Return what its report says, as one finding."""
    operations, cases = report["operations"], report["test_cases"]
    wrong = [
        f"{fault['title']} ({', '.join(fault['operations'][:_LISTED])})"
        for fault in report["failures"]
    ]
    wrong += [str(error) for error in report["errors"][:_LISTED]]
    words = f"{cases['generated']} questions to {operations['tested']} operations, seed {seed}"
    if wrong:
        words += f": {'; '.join(wrong)}; see {log}"
    whole = operations["tested"] == operations["selected"]
    return Finding("described", words, held=whole and not wrong)
