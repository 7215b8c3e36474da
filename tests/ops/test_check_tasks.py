"""`run.py check-tasks`: the harmless tasks through the workers that run, and no others."""

import msgspec
import pytest

from maritime_app import domains
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.jobs import selftest
from maritime_app.jobs.workers import working
from maritime_app.resources import open_resources
from maritime_app.settings.file import replace
from maritime_app.settings.model import RemoteOperator
from tests.ops.running_role import begin, environment


async def test_it_works(resources):
    async with working(resources, domains.TASKS, []):
        (result,) = await selftest.run(resources, domains.TASKS, only="ops.tidy_up")

    assert result.ok
    assert result.worker


@pytest.mark.slow
async def test_without_workers_it_fails(settings):
    """As an operator asks, while every worker is stopped."""
    asked = await begin("check-tasks", "--task", "ops.tidy_up", env=environment(settings))

    assert await asked.ended() == 1
    assert "no worker of the queue data took it" in " ".join(asked.log.split())


async def test_the_mail_server_is_greeted_and_gets_no_mail(played):
    async with working(played, domains.TASKS, []):
        (result,) = await selftest.run(played, domains.TASKS, only="mail")

    assert result.ok, result.outcome
    assert "takes our mails" in result.outcome


async def test_a_mail_server_that_is_away_fails(settings):
    away = replace(settings, smtp={"host": "127.0.0.1", "port": free_port()})
    async with open_resources(away, domains.PARTS) as res, working(res, domains.TASKS, []):
        (result,) = await selftest.run(res, domains.TASKS, only="emails.check_server")

    assert not result.ok
    assert "does not answer" in result.outcome


async def test_every_operator_is_asked(played):
    async with working(played, domains.TASKS, []):
        (result,) = await selftest.run(played, domains.TASKS, only="operators")

    assert result.ok, result.outcome
    for operator in played.settings.operators:
        assert operator.code in result.outcome


async def test_an_operator_that_is_away_is_named(settings):
    operator = RemoteOperator("AWY", "Away", f"http://127.0.0.1:{free_port()}", "key")
    away = msgspec.structs.replace(settings, operators=(operator,))
    async with open_resources(away, domains.PARTS) as res, working(res, domains.TASKS, []):
        (result,) = await selftest.run(res, domains.TASKS, only="operators")

    assert not result.ok
    assert "AWY" in result.outcome
