"""The job ledger: a task is asked for in the transaction that makes it necessary, and runs until it
is done or dead.

outbox   a job row in the caller's transaction, then handed to the queue; the sweeper and the crons
runner   what a task is, how a job is claimed, run and written down
"""
