"""Official port statistics: read from published tables, every vintage kept, shown with source and period.

model.py      tables, measures, observations, what an import reports
economies.py  the publishers' country codes and ISO 3166
codec.py      bulk CSV -> observations, every row accounted for
files.py      files on disk -> codec, a batch of rows at a time
chart.py      observations -> the points and lines of a drawing
store.py      series, vintages and observations in PostgreSQL
archive.py    a 7z file -> the one CSV inside, within limits
gateway.py    UNCTAD's bulk files over HTTP
service.py    import a file, pull a report when it moved, the figures of a port
"""
