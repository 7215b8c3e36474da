"""Places that ferries sail from and to: harbours, stations and stops, by code and by name.

areas       pure: cities, islands and regions, and the harbours that serve them
stop_codes  a stop of a feed as a code of ours
store       places from PostgreSQL
service     find a place
"""
