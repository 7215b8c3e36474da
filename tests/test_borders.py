"""Who may know whom, beyond what the import contracts say: other domains by their service or model
only, tables written by their own domain's SQL only. Each exception is named here with its reason.
"""

import ast
import re
from collections import defaultdict
from pathlib import Path

from maritime_app.infra import queries

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "maritime_app"
DOMAINS = {
    "accounts",
    "agents",
    "boarding",
    "bookings",
    "emails",
    "ferries",
    "ops",
    "payments",
    "ports",
    "vessels",
    "weather",
}
# What another domain may import beside services and models.
OPEN = {
    "bookings.changes.orders.ordering": "what a change costs: programs that act for people ask",
    "bookings.changes.pricing.requests": "a change as it is asked for: structs",
    "bookings.access.guests": "whose booking it is, by what a program shows: one rule",
    "bookings.access.promo_codes": "wrong promo codes of a caller are counted on every road",
    "bookings.printing.latin_names": "a name in A to Z, called out at a gate: pure",
    "bookings.trips.phases": "the phases of a journey: the style page shows each",
    "bookings.trips.samples": "an invented journey in each phase, for the style page: pure",
    "bookings.tickets.codes": "what stands in a ticket's code, which gates read: pure",
    "bookings.travellers.words": "what passengers say of themselves, in words: pure",
    "ferries.fares.rules": "age bands and price lines: pure, and a part of every price",
    "ferries.promotions.rules": "who may use a promo code, and what it takes off: pure",
    "ferries.operations.states": "what staff may do with a sailing in its state: a table",
    "ferries.sailings.sales": "whether a sailing may still be sold: pure, asked on every road",
    "ferries.cabins": "which cabins a party fits in: pure",
    "ferries.extras": "what is bought with a place, and how many of it a party can have: pure",
    "ferries.vehicles": "the kinds of vehicles and their sizes: pure",
    "ferries.parties": "who travels, as it is asked for and as a sailing counts it: pure",
    "ferries.residents": "who of a party lives where: a search and a form mean the same people",
    "ferries.search.results.cards": "a sailing as its card shows it: the style page has each",
    "ferries.search.results.views": "a search as its form shows it again: pure",
    "ferries.search.results.party_words": "who travels, in words, in mails as on pages: pure",
    "ferries.operators.gateway": "what an operator can answer (its errors), which pricing tells on",
    "ferries.sailings.store": "a booking's legs are read in the booking's own transaction",
    "payments.saved_card": "a card that Stripe keeps, and a charge of it: structs",
    "vessels.api.schemas": "what the vessels' own endpoints answer, shown on a booking's page",
}
# Which other domain's SQL may write to a table.
WRITES = {
    ("job", "payments"): "an event and its job are one statement: the webhook's road is measured",
    ("payment", "bookings"): "a hold and what it costs are one statement: the hold's road is",
    ("port", "ferries"): "stops of a feed are ports of kind 'stop' and go with the feed, at once",
    ("cache_change", "bookings"): "a hold says in the same statement what it changed of the cache",
    ("capacity", "bookings"): "a hold takes its places in the same statement, rows in one order",
}
_WRITE = re.compile(r"\b(?:insert into|update|delete from|merge into)\s+(?:only\s+)?(\w+)")


def imported(file: Path) -> set[str]:
    """The modules that a file imports, without the package's name."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if not isinstance(node, ast.ImportFrom) or not node.module:
            continue
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            place = ROOT.joinpath(*whole.split("."))
            is_module = place.with_suffix(".py").exists() or place.is_dir()
            found.add(whole if is_module else node.module)
    return {name.partition(".")[2] for name in found if name.startswith("maritime_app.")}


def crossings() -> dict[str, set[str]]:
    """What is imported across domains beside services and models, and by whom."""
    found = defaultdict(set)
    for domain in DOMAINS:
        for file in (PACKAGE / domain).rglob("*.py"):
            for module in imported(file):
                other, last = module.partition(".")[0], module.rpartition(".")[2]
                if other in DOMAINS - {domain} and last not in ("service", "model"):
                    found[module].add(str(file.relative_to(PACKAGE)))
    return found


def writers() -> dict[str, set[str]]:
    """The domains whose SQL writes to each table."""
    created = re.compile(r"create table (?:if not exists )?(\w+)")
    migrations = (ROOT / "sql" / "migrations").glob("*.sql")
    tables = {name for file in migrations for name in created.findall(file.read_text())}
    found = defaultdict(set)
    for file in (ROOT / "sql" / "queries").glob("*.sql"):
        for query in queries.load(file.stem):
            written = set(_WRITE.findall(re.sub(r"--.*", "", query.sql))) & tables
            for table in written:
                found[table].add(file.stem.partition("_")[0])
    return found


def test_it_works():
    assert "jobs.outbox" in imported(PACKAGE / "emails" / "service.py")
    assert writers()["staff"] == {"accounts"}


def test_across_domains_only_services_and_models_are_imported():
    assert {name: users for name, users in crossings().items() if name not in OPEN} == {}


def test_a_table_is_written_by_one_domain():
    shared = {}
    for table, domains in writers().items():
        own = {domain for domain in domains if (table, domain) not in WRITES}
        if len(own) != 1:
            shared[table] = own
    assert shared == {}


def test_no_exception_outlives_its_reason():
    assert set(OPEN) <= set(crossings())
    assert {(table, domain) for table, domains in writers().items() for domain in domains} >= set(
        WRITES
    )
