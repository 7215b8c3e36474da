"""Recorded files as a source: NMEA with tag blocks, or AISStream's frames, a line each.

request   what is to be played, and how fast
reading   the reports of a file in its order, each with when it was recorded
playing   the same as if they came now, labelled as recorded
"""
