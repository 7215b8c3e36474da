"""List the alerts of one's own address, as a program does."""

from tests.bookings.alerts import FAMILY, asked_alert, link_of


async def listed(client, here):
    async with client.get(f"/api/v1{here}/all") as answer:
        return answer.status, await answer.json()


async def test_it_works(client, resources):
    """Any of one's alerts opens the list, with the token of each; others' are not in it."""
    first = await asked_alert(client, resources)
    async with client.get(f"/api/v1{first}") as answer:
        one = await answer.json()
    wanted = {"from": "NOOSL", "to": "DEKEL", "date": one["day"], "threshold": "500"}
    for who in ("ADA@example.org", "bo@example.org"):
        body = wanted | FAMILY | {"email": who}
        async with client.post("/api/v1/alerts", json=body) as answer:
            assert answer.status == 202
    second = await link_of(resources, "ADA@example.org")
    status, mine = await listed(client, first)
    assert status == 200
    assert [f"/alerts/{each['alert']}" for each in mine["alerts"]] == [first, second]
    assert mine["alerts"][0] == one
    assert await listed(client, second) == (200, mine)


async def test_a_stranger_sees_nothing(client, resources):
    """Neither without a token, by an id, by a forged one, nor by that of another purpose."""
    here = await asked_alert(client, resources)
    async with resources.db.acquire() as conn:
        alert_id = await conn.fetchval("select id from fare_alert")
    name, _dot, signature = here.rpartition("/")[2].partition(".")
    for word in (str(alert_id), name, f"{name}.", f"{name}.{signature[:-4]}AAAA", "x"):
        for path in (f"/api/v1/alerts/{word}", f"/api/v1/alerts/{word}/all"):
            async with client.get(path) as answer:
                assert answer.status == 404, path
    async with client.get("/api/v1/alerts") as answer:
        assert answer.status == 405


async def test_whoever_was_erased_is_no_company(client, resources):
    here = await asked_alert(client, resources)
    async with resources.db.acquire() as conn:
        await conn.execute("update fare_alert set email = ''")
    assert await listed(client, here) == (200, {"alerts": []})
