"""Servers, rows, cache and logs; nothing here knows what a ferry is.

log             structured log lines without personal data
metrics         counters and gauges in our own registry
db              a fair pool over asyncpg, transactions that tell the truth
committed_jobs  job ids between the commit and the relay
queries         named SQL out of sql/queries/
rows            from a row to a struct, by column name
batched_erasure long clean-ups in short transactions
migrate         sql/migrations/, forward only, under a lock
redis           one address read once, multiplexed lines, subscriptions with a heartbeat
cache           two-level cache of ready bytes, dropped by tag
recent_tags     tags that were bumped a moment ago
cache_scripts   what the cache does in Redis in one step
micro_batcher   callers that arrive together share one statement
months          tables in months: made ahead, archived by age
invariant       what must always be true, as a domain declares it
alerts          what a person must look at
secret_file     a secret that is generated once and kept in a file
free_port       a port that nobody listens on
loop_lag        how late the event loop is
request_id      one id from a request through its jobs and calls
lifecycle       whether a process starts, serves or drains
listening       an application behind a port
server_clock    how far this machine's clock is from PostgreSQL's
supervise       loops that live as long as the process
waiting         waiting that ends early
http            calls to outside services: time-outs, bounded bodies, one error type
qr              QR codes as SVG and PNG
breaker         a circuit breaker per outside service
embedded        PostgreSQL and Valkey that live and die with us
"""
