"""How busy a port is against its own usual: queue, waiting and time in port of a week.

model     a week of a port, what is compared of it, and the index
queue     which ships wait
index     the newest week against the eight before
store     weeks of a port out of its calls
service   the congestion of a port
"""
