"""UNCTADstat on loopback, bulk files and query API: the true formats with invented figures for the
demo world's ports.

figures    the invented tables as CSV
odata      a query in the query API's words to some rows of a table as CSV
server     the bulk endpoints; POST /unctad/sandbox/bump publishes a new version
query_api  the query API, which requires the keys, and its faults
"""
