"""Port calls by day, and disruptions, as IMF PortWatch estimates them (https://portwatch.imf.org).

model      days of a port and disruptions as they are stored; the sources
codec      answers of the ArcGIS service to days and disruptions
merging    a new reading into the days that are known
csv_file   the published CSV to days, a batch at a time
gateway    the one file that speaks to PortWatch
refresh    pull a port, pull the disruptions: what their tasks do
importing  days and disruptions out of files
band       the week's mean beside last year's range, and four weeks against a year before
anomaly    the newest week against the same ISO week of the year before
chart      the band, the line and the disruptions as an SVG drawing
responses  days with band and source as programs get them, JSON and CSV under the same keys
revisions  what every reading said of a day that was changed
service    the daily calls of a port, as they are shown
official_calls  what was counted on some days, for other counts to be compared with
"""
