"""Where there is water: the earth in cells of an eighth of a degree.

grid         the cells, and the two bitmaps that are shipped
cells.xz     the bitmaps: which cells lie well inland, and which are open to ships
making       how cells.xz is made, of GSHHG's coast, lakes and rivers, and of canals
canals       canals that GSHHG does not have
"""
