"""The ports of the directory as points on a map.

model    a point, and all of them
service  the ports that match, with what they are drawn by
routes   the points as GeoJSON
"""
