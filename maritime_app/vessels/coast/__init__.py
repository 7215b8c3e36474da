"""The fine coast under the live map, in tiles.

tiles           coast.tiles: what is drawn in a square of the map, packed
coast.tiles     land, water within it, rivers and borders, zoom 6 to 8
routes          a tile over HTTP
making          how coast.tiles is made
making_sources  what it is made of: OpenStreetMap, GSHHG, Natural Earth, the World Port Index
making_water    which water of GSHHG lies within OpenStreetMap's land
making_clip     polygons simplified and cut ring by ring
making_cut      polygons and lines of a square, as Mapbox Vector Tiles
"""
