"""Traffic density: how many ships a day were in each cell of a grid, out of our own tracks.

grid       cells of seven sizes, and those of a box
model      classes of ships, a day that was counted
responses  what may be asked, and what programs get
export     the same as CSV
counting   days of tracks to counts, each when it is over
store      counts in PostgreSQL
service    the counts of a box, as ships a day
routes     the same over HTTP
"""
