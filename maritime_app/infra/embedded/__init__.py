"""PostgreSQL and Valkey that live and die with us, for when no address of a server is set.

process     a server as a child: started, watched, stopped; no orphan, no zombie in the way
root        running PostgreSQL from a root shell, which it refuses to do itself
postgres    the cluster in var/: made once, started in a tenth of a second
valkey      the Redis-compatible store in var/
free_port   a port that nobody listens on
servers     both of them under one lock, and their addresses
"""

from maritime_app.infra.embedded.process import CannotStart
from maritime_app.infra.embedded.servers import Addresses, embedded_servers

__all__ = ["Addresses", "CannotStart", "embedded_servers"]
