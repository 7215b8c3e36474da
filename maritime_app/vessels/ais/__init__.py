"""AIS on the wire: what AISStream and archives send, turned into `Report`. Pure, no I/O.

times.py           Go's time text, and the year of an ETA
fields.py          "not available" values to null, MMSI forms, ship names
wire.py            the AISStream envelope and its 24 message types as msgspec structs
decode.py          one frame -> Report, or the reason why it is left out
encode.py          the same envelope written, for the sandbox and the replay
marinecadastre.py  rows of a MarineCadastre CSV -> envelopes
"""
