"""What who subscribed to mails does with their links, and what was written to whom."""

import re


async def act(client, here, name):
    """Do it as a mail program does, without a token of a form; returns what the page says then."""
    async with client.post(f"{here}/{name}", data={"List-Unsubscribe": "One-Click"}) as answer:
        assert answer.status == 200, await answer.text()
        found = re.search(r"<h2>\s*(.+?)\s*</h2>", await answer.text())
        assert found
        return found[1]


async def written(resources):
    """Return the templates of the mails so far, oldest first."""
    async with resources.db.acquire() as conn:
        rows = await conn.fetch("select template from mail order by id")
    return [row["template"] for row in rows]
