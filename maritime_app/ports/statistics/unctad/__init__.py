"""UNCTADstat: https://unctadstat.unctad.org.

economies   the publisher's country codes and ISO 3166
codec       CSV of both ways -> observations, every row accounted for
files       files on disk -> codec, a batch of rows at a time
archive     a 7z file -> the one CSV inside, within limits
bulk_api    versions, notes and bulk files over HTTP
query_form  a question to the query API as a form
query_api   the query API over HTTP, with our keys
pacing      whose turn it is to ask there
sync        pull a report when it moved, by keys or as bulk files
"""
