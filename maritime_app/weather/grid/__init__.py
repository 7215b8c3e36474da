"""Waves and wind on a grid of points in view of a map, from the last good copies.

lattice    the points of a box: few enough for one pull, the same ones wherever a box begins
responses  the points as GeoJSON, and what may be asked
service    what is known at them; what is old or missing is pulled by a job
routes     the same over HTTP
"""
