"""UNCTADstat: https://unctadstat.unctad.org.

economies   the publisher's country codes and ISO 3166
headers     which published table a header belongs to
codec       rows to observations, every row and cell accounted for
opening     a file as people have it to lines of text
files       files on disk to the codec, a batch of rows at a time
archive     a 7z file to the one CSV inside, within limits
bulk_api    versions, notes and bulk files over HTTP
query_form  a query to the query API as a form
query_api   the query API over HTTP, with our keys
reading     files of one pull to rows, in one transaction
query_pull  pull by queries: newest years first, only as far back as needed
sync        pull a report when it moved, by queries or as bulk files
"""
