"""Charts as pictures (SVG): with their title, source, as-of and invented mark inside.

svg     a picture as SVG; pure
bars    bars beside one another as SVG; pure
series  the charts of a port and of a comparison as pictures; pure
tables  time in port and the index of container handling as bars; pure
routes  the pictures over HTTP
"""
