"""What passengers are owed for a late arrival: measured, worked out, offered unasked, decided.

model      a voyage and its passage, a claim, the evidence behind it
measuring  pure: from a ship's port calls to when it left and arrived
evidence   pure: what a claim is worked out from, and its bytes
signature  the key that signs evidence, for anybody to verify
store      passages and claims in PostgreSQL
service    measure, propose, decide
views      what a page says of a leg's rights
jobs       measuring and proposing by the clock
routes     the evidence file and the keys that sign it
"""
