"""How answers travel.

raw_responses     answers kept as complete HTTP responses
representations   who may keep an answer, ETag and 304, packing
security_headers  what every answer carries
statics           static files with versioned addresses
csv_answer        tables as files for spreadsheets
"""
