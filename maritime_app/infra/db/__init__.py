"""PostgreSQL for this process: a fair pool over asyncpg, and transactions that tell the truth.

errors      what can happen to a statement besides its own refusal
connection  a connection that knows whether its last statement was answered
pool        connections kept, handed straight to whoever waited longest
silence     tells a server that says nothing from a statement that takes long
replica     reads that may be a few seconds old, from a standby that keeps up
database    one statement at a time, or a transaction; what runs after its commit
hooks       what runs after a commit, to its end
committed_jobs  job ids between the commit and the relay
server_clock    how far this machine's clock is from PostgreSQL's
"""

from maritime_app.infra.db.connection import Conn, Pooler
from maritime_app.infra.db.database import Database
from maritime_app.infra.db.errors import CommitUnknown, DatabaseAway, DatabaseClosed
from maritime_app.infra.db.replica import Reads

__all__ = ["CommitUnknown", "Conn", "Database", "DatabaseAway", "DatabaseClosed", "Pooler", "Reads"]
