"""Feeds and their editions: imported, compared, shown, brought back.

model       feeds, editions, and what an import reports
identity    which feed a file belongs to
comparison  what a new edition takes away, adds and changes
reading     a file that is to become an edition
days_before until it begins, the boats of earlier ones
places      its stops as ports
network     its operators, lines, patterns and trips in PostgreSQL
activation  put it in the place of the one that is shown
refusals    files that are not shown
store       feeds, editions and their files in PostgreSQL
service     import, restore, list
pulling     from where a feed is published, if it has changed
jobs        pull every feed, bring an edition back
routes      the pages of staff
"""
