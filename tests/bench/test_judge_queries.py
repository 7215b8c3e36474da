"""What the chaos verdict asks the database suits the schema: a run learns it in its last second."""

import pytest

from bench.chaos import disputed, money_books, owed, staff_books, verdict

ASKED = {
    f"{module.__name__.rpartition('.')[2]}{name.lower()}": text
    for module in (verdict, money_books, disputed, owed, staff_books)
    for name, text in vars(module).items()
    if name.isupper() and isinstance(text, str) and text.lstrip().startswith("select")
}


def test_it_works():
    assert len(ASKED) >= 10


@pytest.mark.parametrize("name", ASKED)
async def test_it_suits_the_schema(resources, name):
    async with resources.db.acquire() as conn:
        await conn.prepare(ASKED[name])
