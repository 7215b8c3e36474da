"""UNCTADstat on loopback, bulk files and query API: the true formats with invented figures for the
demo world's ports.

figures.py  the invented tables as CSV
facts.py    a question in the query API's words -> some rows of a table as CSV
server.py   the bulk endpoints; POST /unctad/sandbox/bump publishes a new version
keyed.py    the query API, which wants the keys, and its faults
"""
