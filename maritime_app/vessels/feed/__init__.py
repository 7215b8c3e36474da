"""The live feed: one process at a time follows it and knows the newest report of every ship.

aisstream  the one file that speaks to AISStream
consumer   follows the feed while it holds the lease
intake     from a frame to the fleet, with every frame accounted for
fleet      the consumer's memory: newest report per ship, static data joined
lease      one consumer among all processes
publisher  out of the fleet into Redis
"""
