"""What the deploy folder ships: the image's files are all that a role needs, the units start."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
import yaml

from maritime_app.cli.arguments import app
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.settings import file as settings_file
from tests.ops.running_role import environment, running_role

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text()
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
OURS = ("migrate", "web", "worker", "stream")


@pytest.mark.slow
async def test_it_works(settings, tmp_path):
    """Only what the image copies, in a folder of its own, is a web role that serves."""
    image = tmp_path / "image"
    image.mkdir()
    for source, target in copied():
        whole = ROOT / source
        if whole.is_dir():
            skip = shutil.ignore_patterns("node_modules", "__pycache__")
            shutil.copytree(whole, image / target, ignore=skip, dirs_exist_ok=True)
        else:
            shutil.copy(whole, image / target)
    (image / "static" / "node_modules").symlink_to(ROOT / "static" / "node_modules")

    port = free_port()
    env = {**environment(settings), **image_environment(), "HOST": "127.0.0.1", "PORT": "0"}
    env |= {"VAR_DIR": str(tmp_path / "var"), "PROBE_HOST": "127.0.0.1", "PROBE_PORT": str(port)}
    async with (
        running_role("web", env, folder=image) as role,
        aiohttp.ClientSession() as session,
    ):
        for path in ("/", "/ports", "/api/docs", "/static/web/base.css"):
            async with session.get(role.address + path) as answer:
                assert answer.status == 200, path
        async with session.get(f"http://127.0.0.1:{port}/readyz") as ready:
            assert ready.status == 200


def test_the_image_runs_a_role_and_not_as_root():
    assert '["/srv/fairway/.venv/bin/python", "run.py"]' in CONTAINERFILE
    command = re.search(r'^CMD \["(\w+)"\]$', CONTAINERFILE, re.MULTILINE)
    assert command is not None
    assert command[1] in OURS
    assert CONTAINERFILE.rindex("USER fairway") < CONTAINERFILE.index("ENTRYPOINT")


def test_the_images_settings_are_settings():
    settings_file.load(image_environment())


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_the_units(unit, tmp_path):
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("no systemd here")
    # Where the unit expects the program there is none on this machine.
    for file in UNITS:
        text = file.read_text().replace("/srv/fairway/.venv/bin/python", sys.executable)
        (tmp_path / file.name).write_text(text.replace("User=fairway", "User=root"))
    name = unit.name.replace("@", "@web")
    shutil.copy(tmp_path / unit.name, tmp_path / name) if name != unit.name else None
    checked = subprocess.run(
        [verify, "verify", "--man=no", str(tmp_path / name)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    complaints = [line for line in checked.stderr.splitlines() if "fairway" in line]
    assert complaints == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_units_commands_are_commands(unit):
    line = re.search(r"^ExecStart=\S+/python run\.py (\S+)$", unit.read_text(), re.MULTILINE)
    assert line is not None
    roles = OURS if line[1] == "%i" else (line[1],)
    for role in roles:
        assert app[role] is not None


def test_compose_starts_every_role_after_the_schema():
    services = COMPOSE["services"]
    for name in OURS:
        service = services[name]
        assert service["command"] == [name]
        settings_file.load(service["environment"])
        if name != "migrate":
            assert service["depends_on"]["migrate"] == {
                "condition": "service_completed_successfully"
            }


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-otel.lock"])
def test_the_bill_of_materials_names_every_package(lock):
    command = [sys.executable, str(DEPLOY / "sbom.py"), lock]
    made = subprocess.run(command, capture_output=True, text=True, check=True)
    bill = json.loads(made.stdout)

    pinned = re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text(), re.MULTILINE)
    named = {component["name"] for component in bill["components"]}
    assert set(pinned) <= named
    assert {"maplibre-gl", "uplot"} & named
    assert all(component["hashes"] for component in bill["components"])
    purls = [component["bom-ref"] for component in bill["components"]]
    assert len(purls) == len(set(purls))


def test_the_image_with_opentelemetry_has_everything_else_too():
    """Its lock file is the other one and more, at the same versions."""
    plain, more = (
        set(re.findall(r"^([\w.-]+==\S+)", (ROOT / lock).read_text(), re.MULTILINE))
        for lock in ("requirements.lock", "requirements-otel.lock")
    )

    assert plain < more
    assert {"opentelemetry-sdk"} <= {line.partition("==")[0] for line in more - plain}


def copied():
    """Source and target of each COPY of the last stage that comes from the source tree."""
    last = CONTAINERFILE.rpartition("\nFROM ")[2]
    for line in re.findall(r"^COPY (?!--from)(.+)$", last, re.MULTILINE):
        *sources, target = line.split()
        for source in sources:
            yield source, source if target == "./" else target


def image_environment():
    """What ENV says in the last stage."""
    line = re.search(r"^ENV (.+)$", CONTAINERFILE, re.MULTILINE)
    assert line is not None
    return dict(pair.split("=", 1) for pair in line[1].split())
