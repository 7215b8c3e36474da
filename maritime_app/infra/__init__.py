"""Servers, rows, jobs, cache and logs; nothing here knows what a ferry is.

log         structured log lines without personal data
metrics     counters and gauges in our own registry
db          a small fair pool over asyncpg, transactions with after-commit hooks
queries     named SQL out of sql/queries/
portions    long clean-ups in short transactions
migrate     sql/migrations/, forward only, under a lock
redis       one multiplexed connection for the hot commands, redis-py for the rest
cache       two-level cache of ready bytes, dropped by tag
jobs        what a task is, how one is claimed, run and written down
grouped     callers that arrive together share one statement
outbox      a job row in the caller's transaction, then handed to the queue
alerts      what a person must look at
supervise   loops that live as long as the process
breaker     a circuit breaker per outside service
embedded    PostgreSQL and Valkey that live and die with us
"""
