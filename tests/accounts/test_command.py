"""`run.py staff` and `run.py token`: secrets alone on standard output, words on standard error,
exit codes.
"""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from maritime_app.accounts import service, tokens
from maritime_app.accounts.staff import service as staff
from maritime_app.cli.arguments import app
from maritime_app.cli.main import main
from maritime_app.errors import Conflict, Invalid, NotFound
from tests import signed_in

ROOT = Path(__file__).resolve().parents[2]
BO = ["bo@maritime.example", "--name", "Bo Berg", "--role", "agent"]


async def test_it_works(settings, resources):
    """As it is typed: a password that a script can take, and exit codes."""
    code, out, err = await typed(settings, "staff", "add", *BO)
    again = await typed(settings, "staff", "add", *BO)
    wrong = await typed(settings, "staff", "add", "bo@maritime.example")

    assert code == 0
    assert "bo@maritime.example can sign in" in err
    who, _session = await signed_in.by_password(resources, "bo@maritime.example", out.strip())
    assert who.role == "agent"
    assert again == (1, "", "run.py: Somebody has this e-mail address already.\n")
    assert (wrong[0], wrong[1]) == (2, "")
    assert "--name" in wrong[2]


async def test_somebody_leaves_and_comes_back(resources, capsys):
    await signed_in.hire(resources)
    agent = await signed_in.hire(resources, "agent")

    await command(resources, "staff", "disable", "Agent@maritime.example")
    assert (await staff.person(resources, agent)).disabled_at
    await command(resources, "staff", "enable", "agent@maritime.example")
    assert (await staff.person(resources, agent)).disabled_at is None
    await command(resources, "staff", "set-role", "agent@maritime.example", "operator")
    assert (await staff.person(resources, agent)).role == "operator"
    assert capsys.readouterr().out == ""


async def test_a_new_password(resources, capsys):
    await signed_in.hire(resources, "agent")

    await command(resources, "staff", "set-password", "agent@maritime.example")

    await service.sign_in(resources, "agent@maritime.example", capsys.readouterr().out.strip())


async def test_a_token_is_made_listed_and_revoked(resources, capsys):
    agent = await signed_in.hire(resources, "agent")
    may = ["--may", "bookings.read", "bookings.act"]

    await command(
        resources, "token", "add", "agent@maritime.example", "--label", "[cash] desk", *may
    )
    token = capsys.readouterr().out.strip()
    caller = await signed_in.holder(resources, token)
    await command(resources, "token", "list")
    listed = capsys.readouterr().out
    [made] = await tokens.tokens(resources, agent)
    await command(resources, "token", "revoke", str(made.id))

    assert caller is not None
    assert caller.permissions == {"bookings.read", "bookings.act"}
    assert str(made.id) in listed
    assert "[cash] desk" in listed
    assert token not in listed
    assert await signed_in.holder(resources, token) is None


async def test_everybody_is_listed_without_their_secrets(resources, capsys):
    await signed_in.hire(resources)
    agent = await signed_in.hire(resources, "agent")
    await staff.disable(resources, None, agent)

    await command(resources, "staff", "list")

    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()[1:]] == [
        "admin@maritime.example",
        "agent@maritime.example",
    ]
    assert "disabled" in out
    assert "argon2" not in out


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (["staff", "disable", "nobody@maritime.example"], NotFound),
        (["staff", "disable", "admin@maritime.example"], Conflict),
        (["staff", "set-role", "admin@maritime.example", "agent"], Conflict),
        (["staff", "add", "bo", "--name", "Bo", "--role", "agent"], Invalid),
        (["token", "add", "admin@maritime.example", "--label", " ", "--may", "ops.read"], Invalid),
        (["token", "revoke", "00000000-0000-0000-0000-000000000000"], NotFound),
        (["token", "list", "nobody@maritime.example"], NotFound),
    ],
)
async def test_a_refusal_says_why(resources, words, refusal):
    await signed_in.hire(resources)

    with pytest.raises(refusal, match=r"\w+ \w+"):
        await command(resources, *words)


@pytest.mark.parametrize(
    "words",
    [
        ["staff"],
        ["token"],
        ["staff", "add"],
        ["staff", "set-role", "admin@maritime.example", "captain"],
        ["token", "add", "admin@maritime.example", "--label", "x", "--may", "staff.manage"],
        ["token", "revoke", "x"],
    ],
)
def test_wrong_arguments_are_explained(words, capsys):
    assert main(words) == 2

    written = capsys.readouterr()
    assert "run.py" in written.out + written.err


async def test_what_is_done_is_written_down_as_done_by_nobody(resources, capsys):
    await command(resources, "staff", "add", *BO)
    password = capsys.readouterr().out.strip()

    async with resources.db.acquire() as conn:
        row = await conn.fetchrow("select staff_id, action, detail from audit")
    assert tuple(row) == (None, "staff_added", {"role": "agent"})
    assert password not in str(row)


async def command(res, *words):
    """What run.py does once the resources are open."""
    verb, bound, _injected = app.parse_args(words, exit_on_error=False)
    assert await verb(*bound.args, **bound.kwargs, res=res) == 0


async def typed(settings, *words):
    """The command as a process of its own: exit code, standard output, standard error."""
    environ = os.environ | {
        "DATABASE_URL": settings.database.url,
        "REDIS_URL": settings.redis.url,
        "VAR_DIR": settings.paths.var_dir,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "run.py",
        *words,
        cwd=ROOT,
        env=environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()
