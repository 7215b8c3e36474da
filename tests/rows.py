"""What is stored, asked for or changed by hand, over a connection of its own."""


async def value(res, query):
    """Return the first column of the first row, None where there is none."""
    async with res.db.acquire() as conn:
        return await conn.fetchval(query)


async def values(res, query):
    """Return the first column of every row."""
    async with res.db.acquire() as conn:
        return [row[0] for row in await conn.fetch(query)]


async def execute(res, statement):
    """Run one or more statements."""
    async with res.db.acquire() as conn:
        await conn.execute(statement)
