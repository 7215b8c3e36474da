"""The newest state of every ship, in Redis.

leader_lease   the right to follow the feed, and the epoch of whoever has it
horizon        up to when anything can have been heard
live_store     what Redis holds of ships
packed_report  a position report as 40 packed bytes
sources        which sources of positions are switched on
"""
