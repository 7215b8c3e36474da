"""What a process says about itself while it works.

log             structured log lines without personal data
log_writer      the thread that writes log lines
metrics         counters and gauges in our own registry
request_id      one id from a request through its jobs and calls
request_times   how many answers of which status, and how long they took
tracing         spans for OpenTelemetry, where they are wanted
unfailing       standard output and error, for words that nobody's work may fail for
without_rich    structlog, loaded without what it does not need
"""
