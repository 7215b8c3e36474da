"""Official port statistics: read from published tables, every vintage kept, shown with source and
period.

model      tables, measures, observations, what an import reports
unctad/    UNCTAD's tables: by file, by bulk download, by its query API
summaries  the figures of a port page
chart      observations -> the points and lines of a drawing
store      series, vintages and observations in PostgreSQL
service    import a file, the figures of a port
"""
