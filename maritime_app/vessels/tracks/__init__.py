"""Where ships were: which positions are kept, and how a track is drawn.

thinning  which reports are worth a row in a track
recorder  out of the fleet into PostgreSQL
geometry  tracks from kept points: broken at gaps, simplified, written out
"""
