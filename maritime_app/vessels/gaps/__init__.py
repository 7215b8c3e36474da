"""Gaps: ships under way that were not heard for hours, while the feed was.

model     a gap, and from when on silence is one
silence   when each source was silent, and where others were heard meanwhile
recorder  subscriber of the feed: detects, and stores what has changed
store     gaps in PostgreSQL
service   the newest gaps, of all ships or of one
responses what programs get, and what may be asked
atom      gaps as an Atom feed
routes    page, JSON, Atom
"""
