"""Charts as pictures (SVG): with their title, source, as-of and invented mark inside.

svg     a picture as SVG; pure
series  the charts of a port and of a comparison as pictures; pure
routes  the pictures over HTTP
"""
