"""What `run.py` understands: roles that run for ever, and one-shot commands.

main         the commands put together; arguments to an exit code
injection    what a command gets beside its arguments
output       tables and progress bars on a terminal
roles        everything in one process, or one role; migrate
start        from settings to a running process, closed in reverse
gate         the gate role: a laptop at the quay
sandbox      the outside world alone
sandbox_settings   settings that point to the sandbox
one_shot     open resources for a command that ends by itself
data         import a timetable or a statistics file; run the tasks' self-tests
timetables   timetables of others: import, list, restore, drop
issuers      who writes invoices, and what they say of themselves
staff        people who work here
tokens       API tokens
maintenance  the switch that keeps alerts from being told
dev          the service restarted on every change, for those who work on it
shell        a Python prompt over open resources
psql         psql on the running copy's database
"""
