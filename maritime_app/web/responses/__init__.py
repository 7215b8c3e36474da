"""How answers travel.

raw_response      one answer as complete bytes
raw_responses     which answers can go out so, by address and by route
created           what a program has made, answered so
representations   who may keep an answer, ETag and 304, packing
security_headers  what every answer carries
statics           static files with versioned addresses
csv_answer        tables as files for spreadsheets
file_names        names of files to keep
"""
