"""Data of outside services (weather, port statistics, other position feeds) without waiting for
them.

No request handler calls an outside data service. It reads the cache, then the last good copy in
PostgreSQL; a copy that is too old is served with its age while one job per key refreshes it.

model    a source, a copy of what it published, and the answer that there is none yet
store    the last good copy of each key in PostgreSQL
refresh  one refresh job per key, and what it does
service  read the newest copy, however it can be had
pacing   one call at a time to a service, none while it wants to be left alone
"""
