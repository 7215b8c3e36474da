"""Which alerts an event is for.

areas      circles and polygons, in metres from their edge
watching   which areas a position is in: an index, and who is inside
crossings  positions to crossings of watched areas
closings   positions to ships that come as close to a watched one as its alerts say
courses    the courses of watched ships, looked at all at once
matching   port calls, gaps and encounters to the alerts that are of them
"""
