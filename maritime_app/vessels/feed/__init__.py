"""The live feed: frames in, the newest state of every ship in memory, typed events out.

One process at a time follows the feed. What wants to know of a ship's report, voyage or silence
subscribes to the events; nothing in here knows who does.

aisstream  the one file that speaks to AISStream
intake     a frame to the fleet, every frame accounted for, events to the subscribers
ship       one station's state in memory
fleet      every ship: newest report wins, static data joined, impossible jumps held back
events     what the feed announces, and the protocol of who subscribes
publisher  a subscriber: batches to Redis, the feed's health, ships under way
strip      which ships under way the home page shows
lease      one consumer among all processes
"""
