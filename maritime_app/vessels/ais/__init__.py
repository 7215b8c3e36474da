"""AIS on the wire: what AISStream and archives send, turned into `Report`. Pure, no I/O.

times           Go's time text, and the year of an ETA
fields          "not available" values to None, MMSI forms, ship names
wire            the AISStream envelope and its 24 message types as msgspec structs
receipt         what the envelope says of a message: time, name, flags
positions       messages with a position to reports
statics         messages with static and voyage data to reports; safety texts
repair          a frame without the fields that have the wrong type
decode          one frame to a Report or a SafetyText, or the reason why it is rejected
encode          the same envelope written, for the sandbox and the replay
marinecadastre  rows of a MarineCadastre CSV to envelopes
"""
