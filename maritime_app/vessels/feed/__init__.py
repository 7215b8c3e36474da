"""The live feed: frames in, the newest state of every ship in memory, typed events out.

One process at a time follows the feed. What wants to know of a ship's report, voyage or silence
subscribes to the events; nothing in here knows who does.

aisstream  the one file that speaks to AISStream
intake     what one source sends: every frame accounted for, whether the source lives
merged     all sources, one fleet, the health of all
announcer  events to the subscribers
ship       one station's state in memory
fleet      every ship: the newest report of the best source wins, static data joined
namesakes  stations that report under one number
particulars    what a message with static data changes of what is known
plausibility   whether two reports can come from one ship
integrity  whether a position can be believed, by motion, land and neighbours
events     what the feed announces, and the protocol of who subscribes
warm_up    the fleet as it was before the last restart
inbox      reports that jobs bring, handed over a Redis stream
publisher  a subscriber: batches to Redis, the feed's health, ships under way
strip      which ships under way the home page shows
lease      one consumer among all processes
"""
