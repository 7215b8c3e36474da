"""The maintenance switch on the dashboard: seen, set, ended, and by whom."""

import pytest

from maritime_app.infra.alerts import raise_alert
from maritime_app.ops.notices import service
from tests import signed_in

ON = "Maintenance: nobody is told of alerts until"


async def test_it_works(client, resources):
    await signed_in.come_in(client, resources)
    assert ON not in await dashboard(client)

    done = await signed_in.submit(client, "/admin/maintenance", minutes="45", reason="new disks")
    assert (done.status, done.headers["Location"]) == (303, "/admin#h-maintenance")
    page = await dashboard(client)
    for words in (ON, "new disks", "by The admin.", "End maintenance"):
        assert words in page, words
    lasting = await service.maintenance(resources)
    assert lasting is not None
    assert (lasting.until - lasting.since).total_seconds() == pytest.approx(45 * 60)

    done = await signed_in.submit(client, "/admin/maintenance", end="1", minutes="60")
    assert done.status == 303
    assert await service.maintenance(resources) is None
    assert ON not in await dashboard(client)
    assert await written(resources) == [
        ("maintenance_begun", True, {"minutes": 45, "reason": "new disks"}),
        ("maintenance_ended", True, {}),
    ]


async def test_another_end_leaves_it_on_since_it_began(client, resources):
    await signed_in.come_in(client, resources)
    await service.begin_maintenance(resources, None, 10, "by hand")
    first = await service.maintenance(resources)
    assert first is not None
    assert first.staff_name is None
    assert "by the command line." in await dashboard(client)

    await signed_in.submit(client, "/admin/maintenance", minutes="600", reason="")

    second = await service.maintenance(resources)
    assert second is not None
    assert second.since == first.since
    assert second.until > first.until
    assert second.staff_name == "The admin"

    await service.begin_maintenance(resources, None, 0, "")
    await service.begin_maintenance(resources, None, 5, "")
    third = await service.maintenance(resources)
    assert third is not None
    assert third.since > first.since
    assert [by_staff for _action, by_staff, _detail in await written(resources)] == [
        False, True, False, False,
    ]  # fmt: skip


async def test_alerts_stay_on_the_dashboard_meanwhile(client, resources):
    await signed_in.come_in(client, resources)
    await signed_in.submit(client, "/admin/maintenance", minutes="5", reason="")
    async with resources.db.transaction() as conn:
        await raise_alert(conn, "dead_job", "A task failed for good.", subject=("job", "42"))

    assert "A task failed for good." in await dashboard(client)
    assert await service.tell(resources) == 0


@pytest.mark.parametrize("minutes", ["0", "-5", "43201", "soon", "nan"])
async def test_no_other_time_is_taken(client, resources, minutes):
    await signed_in.come_in(client, resources)
    done = await signed_in.submit(client, "/admin/maintenance", minutes=minutes)
    assert done.status == 422
    assert await service.maintenance(resources) is None


async def test_who_may_not_act_turns_nothing(client, resources):
    await signed_in.come_in(client, resources, "operator")
    async with client.post(
        "/admin/maintenance", data={"minutes": "5"}, allow_redirects=False
    ) as got:
        assert got.status == 403
    assert await service.maintenance(resources) is None


async def dashboard(client):
    async with client.get("/admin") as page:
        assert page.status == 200
        return " ".join((await page.text()).split())


async def written(res):
    """What the audit log has of it: what, whether by a person, the detail."""
    async with res.db.acquire() as conn:
        rows = await conn.fetch(
            "select action, staff_id, detail from audit where action like 'maintenance%'"
            " order by id"
        )
    return [(row["action"], row["staff_id"] is not None, row["detail"]) for row in rows]
