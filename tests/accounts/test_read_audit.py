"""The audit log: who did what when, by person and action, page by page."""

import pytest

from maritime_app.accounts import audit_log, service
from maritime_app.accounts.model import AuditFilter
from maritime_app.accounts.staff import service as staff
from tests import signed_in


async def test_it_works(client, resources):
    await signed_in.come_in(client, resources)
    agent = await signed_in.hire(resources, "agent")
    await signed_in.submit(client, f"/admin/staff/{agent}/role", role="operator")

    async with client.get("/admin/audit") as page:
        text = await page.text()

    assert page.status == 200
    newest, before = text.index("changed a role</td>"), text.index("signed in</td>")
    assert newest < before
    assert f'<a href="/admin/staff/{agent}"><bdi>The agent</bdi></a>' in text


async def test_by_person_and_by_action(resources):
    admin, agent = await signed_in.hire(resources), await signed_in.hire(resources, "agent")
    for role in ("admin", "agent"):
        await service.sign_in(resources, f"{role}@maritime.example", signed_in.PASSWORD)
    await staff.disable(resources, admin, agent)

    hers, _more = await audit_log.lines(resources, AuditFilter(person=admin))
    sign_ins, _more = await audit_log.lines(resources, AuditFilter(action="sign_in"))
    both, _more = await audit_log.lines(
        resources, AuditFilter(person=agent, action="staff_disabled")
    )

    assert [line.action for line in hers] == ["staff_disabled", "sign_in"]
    assert [line.who for line in sign_ins] == ["The agent", "The admin"]
    assert both == []
    assert await audit_log.actions(resources) == ["sign_in", "staff_disabled"]


async def test_an_empty_log(client, resources):
    assert await audit_log.actions(resources) == []
    assert await audit_log.lines(resources, AuditFilter()) == ([], False)
    await signed_in.come_in(client, resources)
    async with client.get("/admin/audit?action=no_such") as page:
        assert "Nothing was written down" in await page.text()


async def test_page_by_page(client, resources):
    who = await signed_in.come_in(client, resources)
    for number in range(audit_log.PER_PAGE):
        async with resources.db.transaction() as conn:
            await service.audit(conn, who, "counted", None, {"number": number})

    first, more = await audit_log.lines(resources, AuditFilter())
    second, last = await audit_log.lines(resources, AuditFilter(page=2))

    assert (len(first), more, len(second), last) == (audit_log.PER_PAGE, True, 1, False)
    assert [line.detail["number"] for line in first] == list(reversed(range(audit_log.PER_PAGE)))
    assert second[0].action == "sign_in"
    async with client.get("/admin/audit?action=counted") as page:
        assert "page=2" not in await page.text()
    async with client.get("/admin/audit") as page:
        assert "/admin/audit?page=2" in await page.text()


async def test_what_the_command_line_did_has_no_name(client, resources):
    await signed_in.come_in(client, resources)
    agent = await signed_in.hire(resources, "agent")
    await staff.disable(resources, None, agent)

    async with client.get("/admin/audit?action=staff_disabled") as page:
        assert "the command line" in await page.text()


@pytest.mark.parametrize("question", ["person=x", "page=0", "page=999999", "page=x"])
async def test_a_question_that_is_none(client, resources, question):
    await signed_in.come_in(client, resources)

    async with client.get(f"/admin/audit?{question}") as answer:
        assert answer.status == 422


async def test_it_is_for_administrators(client, resources):
    await signed_in.come_in(client, resources, "operator")

    async with client.get("/admin/audit") as answer:
        assert answer.status == 403
