"""Charts as pictures (SVG): with their title, source, as-of and invented mark inside.

document  a drawing with what must be said with it, as SVG; pure
svg     charts over time; pure
bars    bars beside one another; pure
series  the charts of a port and of a comparison as pictures; pure
tables  time in port and the index of container handling as bars; pure
routes  the pictures over HTTP
"""
