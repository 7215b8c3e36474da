"""Ferry reservations and live vessels in one asyncio service. Begin with `domains`, then a domain's
package docstring.

settings/       settings.toml and the environment, read once into one frozen value
errors          the five refusals that become a page or a problem document
clock, ids, money, geo   the vocabulary every domain shares
names/          what the service, countries, ports and extras are called
text/           letters that can be seen and drawn, addresses that can be written to
formats/        CSV, XML and zip archives, where a library leaves a trap open
i18n            texts in the reader's language
paging          the pages of a list
formatting      money, times and numbers as a reader writes them
state_machine   a state machine as one table
signing         links and codes that only this service can have made; signed_links, such links
resources       what a running process holds: connections, cache, parts of domains
domains         the only file that knows every domain; streams, what is followed for ever
app, worker     compose the web application, and the settings of arq's own command
cli/            roles and one-shot commands
infra/          servers, queries, cache, logs: knows no domain
jobs/           the job ledger: outbox, runner, crons, workers, monitor
outside_data/   data of outside services: last good copies, refreshed by jobs
web/            toolkit for routes: knows no domain
ports/          harbours and their official figures
accounts/       staff, sessions, tokens
subscriptions/  what an address asked to be told of: confirmed, paused, ended by one click
emails/         every mail that goes out
vessels/        where ships are
weather/        waves and wind
payments/       checkouts, webhooks, refunds
ferries/        operators, timetables, sailings, fares, search
bookings/       price, hold, pay, confirm, ticket, cancel
agents/         programs that act for people: the Model Context Protocol
boarding/       check-in at the gate, who is aboard, the passenger list
ops/            tasks, health, invariants
sandbox/        the outside world on loopback, for development and proof
"""
