"""Watching and repairing: tasks, health, invariants.

model       what the task endpoints answer
store       reading the ledger for people
service     list, look, ask for, repeat tasks; health
invariants  what must always be true, as queries that return the exceptions
selftest    run the harmless tasks once
views       what the operations pages show
routes      task pages and endpoints, health, metrics
jobs        housekeeping and the nightly check of the invariants
"""
