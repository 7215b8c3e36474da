"""Official port statistics: read from published tables, every vintage stored, shown with source
and period.

tables     the published tables, measures and ship types
ship_types  what the reader calls them
periods    quarters, half-years and months by their codes
model      observations as stored and shown; what an import reports
as_read    what is read of a file, before it is stored
store      series, vintages and observations in PostgreSQL
service    import a file, pull a report, the figures of a port
storing    what was read to rows, in one transaction
numbers    a figure as it stands in a cell
unctad/    UNCTADstat: by file, by bulk download, by its query API
cppi/      the World Bank's Container Port Performance Index
connectivity  liner connectivity by quarter
container_performance  a port's index of container handling by year
time_in_port  a country's median time in port by ship type
summaries  the newest figure of each series
chart      observations to the points and lines of a drawing
lines_chart   several lines over common axes
"""
