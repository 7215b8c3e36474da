"""Where ships were: which positions are stored, and how a track is drawn.

thinning  which reports are worth a point of the track
recorder  a subscriber of the feed: points and particulars into PostgreSQL
views     stored points as responses
geometry  points to a track: broken at gaps, simplified
export    a track as GeoJSON and CSV
speed_chart  a ship's speed along its track as a drawing
"""
