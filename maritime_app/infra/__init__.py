"""Servers, rows, cache and logs; nothing here knows what a ferry is.

db              a fair pool over asyncpg, transactions that tell the truth
database_hosts  which of several servers in one address is meant: the primary, never an old one
queries         named SQL out of sql/queries/
rows            from a row to a struct, by column name
migrate         sql/migrations/, forward only, under a lock
history         what grows for ever: tables in months, long clean-ups in short transactions
micro_batcher   callers that arrive together share one statement
invariant       what must always be true, as a domain declares it
redis           one address read once, multiplexed lines, subscriptions with a heartbeat
cache           two-level cache of ready bytes, dropped by tag
cache_changes   what a transaction drops from the cache, should its process die before it says so
upstreams       calls to outside services, and a breaker for each
telemetry       log lines, counters, and one id from a request through all it causes
alerts          what a person must look at
processes       what a process does from its start to its end
embedded        PostgreSQL and Valkey that live and die with us
secret_file     a secret that is generated once and kept in a file
qr              QR codes as SVG and PNG
"""
