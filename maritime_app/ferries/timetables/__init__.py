"""Timetables.

gtfs/  reading GTFS timetables
"""
