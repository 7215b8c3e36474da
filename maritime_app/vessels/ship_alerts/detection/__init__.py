"""Which alerts an event is for.

areas      circles and polygons, in metres from their edge
watching   which areas a position is in: an index, and who is inside
crossings  positions to crossings of watched areas
closings   positions to ships that come close to a watched one
matching   port calls, gaps, encounters and closings to the alerts that are of them
"""
