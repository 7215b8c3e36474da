"""Ferry reservations and live vessels in one asyncio service.

start       from settings to a running process, closed in reverse
commands    the one-shot commands: imports, self-test
sections    what a process can be told, by name and type
settings    settings.toml and the environment, read once into one frozen value
errors      the five refusals that become a page or a problem document
clock, ids, money, geo   the vocabulary every domain shares
resources   what a running process holds: database, Redis, HTTP, cache, outbox
domains     the only file that knows every domain
app, worker compose the web application, and the workers with their relay
infra/      servers, queries, jobs, cache, logs: knows no domain
web/        toolkit for routes: knows no domain
ports/      harbours and their official figures
accounts/   staff, sessions, tokens
emails/     every mail that goes out
vessels/    where ships are
payments/   checkouts, webhooks, refunds
ferries/    operators, timetables, sailings, fares, search
bookings/   hold, pay, confirm, ticket, cancel
ops/        tasks, health, invariants
sandbox/    the outside world on loopback, for development and proof
"""
