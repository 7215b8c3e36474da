"""What authorities warn ships of: navigational warnings, piracy, dangerous areas, weather.

model      a warning: who gives it, where it holds and how long
geometry     places and areas in degrees, checked
reading    a file to warnings, whichever of the formats it has
geojson_codec  warnings as GeoJSON, with our own property names
cap_codec  the Common Alerting Protocol, as weather services publish alerts
nga_codec  the broadcast warnings and piracy reports of the NGA
told       times and words as publishers write them
store      warnings in PostgreSQL
service    take a file in; which warnings are in force
pulling    the list of a publisher, pulled by a task
responses  what programs get, and what may be asked
atom       warnings as an Atom feed
routes     page, JSON, GeoJSON, Atom
"""
