"""Where there is water: the earth in cells of an eighth of a degree, land in finer ones.

grid          the cells, and the two bitmaps that are shipped
cells.xz      the bitmaps: which cells lie well inland, and which are open to ships
making        how cells.xz is made, of GSHHG's coast, lakes and rivers, and of canals
canals        canals that GSHHG does not have, and straits that are narrower than a cell
sight         whether a great circle stays on water
lanes         the shortest way by sea
lanes.xz      the graph that it is searched in
making_lanes  how lanes.xz is made of cells.xz
"""
