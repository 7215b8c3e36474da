"""Official port statistics: read from published tables, every vintage kept, shown with source and period.

model.py      tables, measures, observations, what an import reports
economies.py  the publishers' country codes and ISO 3166
codec.py      CSV of both ways -> observations, every row accounted for
files.py      files on disk -> codec, a batch of rows at a time
chart.py      observations -> the points and lines of a drawing
store.py      series, vintages and observations in PostgreSQL
archive.py    a 7z file -> the one CSV inside, within limits
gateway.py    UNCTAD's versions, notes and bulk files over HTTP
query.py      a question to UNCTAD's query API as a form
facts.py      the query API over HTTP, with our keys
live.py       whose turn it is to ask there
sync.py       pull a report when it moved, by keys or as bulk files
service.py    import a file, the figures of a port
"""
