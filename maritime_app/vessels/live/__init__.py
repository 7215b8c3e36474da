"""The newest state of every ship, in Redis.

live_store     what Redis holds of ships
packed_report  a position report as 32 packed bytes
sources        which sources of positions are switched on
"""
