"""Every value that one official figure ever had, and what came of each reading.

model     how a figure is asked for, its history, what can come of a reading
outcomes  readings to what came of each
store     what readings say of a figure, in PostgreSQL
service   the history of a figure
tables    the same as CSV
routes    the page, JSON and CSV
"""
