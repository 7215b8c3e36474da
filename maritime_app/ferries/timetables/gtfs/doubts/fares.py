"""What the rows of fares and of their rules name: fares, lines and agencies that are there."""

from collections.abc import Collection
from typing import Final

from maritime_app.ferries.timetables.gtfs.tables import Tables

_ATTRIBUTES: Final = "fare_attributes.txt"
_RULES: Final = "fare_rules.txt"
_PRODUCTS: Final = "fare_products.txt"
_LEG_RULES: Final = "fare_leg_rules.txt"
_TRANSFER_RULES: Final = "fare_transfer_rules.txt"
FILES: Final = (_ATTRIBUTES, _RULES, _PRODUCTS, _LEG_RULES, _TRANSFER_RULES)


def check(tables: Tables) -> None:
    """Note what names a fare that is not there, and what a fare lacks."""
    fares = _ids(tables, _ATTRIBUTES, "fare_id", "price", "currency_type")
    products = _ids(tables, _PRODUCTS, "fare_product_id", "amount", "currency")
    _refer(tables, _RULES, "fare_id", fares)
    _refer(tables, _LEG_RULES, "fare_product_id", products)
    _refer(tables, _TRANSFER_RULES, "fare_product_id", products)


def _ids(tables: Tables, name: str, column: str, *needed: str) -> set[str]:
    return {row[column] for row in tables.rows(name, column, *needed, shown=False)}


def _refer(tables: Tables, name: str, column: str, known: Collection[str]) -> None:
    for row in tables.rows(name, shown=False):
        if row.get(column) and row[column] not in known:
            words = f"{name}: {column} names fares that are not there"
            tables.notices.note(words, "foreign_key_violation")
            return
