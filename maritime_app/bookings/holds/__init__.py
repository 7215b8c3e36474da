"""Places held for a while, until they are paid for.

batch          one statement holds for many callers
held_booking   a booking the moment it is held
operator_legs  legs that a remote operator sails
"""
