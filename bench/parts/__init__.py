"""The parts of `make bench`: `async def measure(stage: Stage) -> Report` each.

search    a cached search as JSON: from the process, and from Redis
page      the same as a page
webhook   a signed Stripe event, written down before it is answered
hold      whole bookings, on one sailing and over a thousand
jobs      from enqueueing to the first line of the task, and jobs per second
ingest    ship reports from a socket to Redis and PostgreSQL
detectors what each detector costs per report, beside the fleet alone
fanout    ships to many maps
map       frames of the map in a browser, with and without ships; only when it is asked for
pool      one statement by many callers, our pool beside asyncpg's
pooler    bookings and webhooks over PgBouncer, where it is installed
start     the second start of everything
timetable GTFS: import rate, memory of a nation's feed, a pair never asked for
ports     pages and search of as many ports as the world has
history   staff's pages over millions of tasks (HISTORY_JOBS says how many)
"""
