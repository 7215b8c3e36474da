"""The job ledger: a job is written in the transaction that makes it necessary, and runs until it is
done or dead.

model     queues, states, what a task is and what a cron is
states    the states of a job as one table
store     the ledger's rows
outbox    a job row in the caller's transaction, handed to its queue after the commit, and swept
crons     tasks that come again, once per time slot
pausing/  queues and tasks that workers leave alone for a while
attempts  what has ended is written down in batches; leases are renewed
presence  each worker says that it lives
runner    jobs claimed and run under a time limit
arq_pool  arq's own connections, at the address that everybody uses
patient_pool  arq's command waits for a Redis that is away
workers   one arq worker per queue, woken by a message
selftest  the harmless tasks run once through the real queues
invariants  what must always be true of tasks
months    what of the ledger is kept by months
monitor/  the task pages and the /api/admin-tools endpoints
"""
