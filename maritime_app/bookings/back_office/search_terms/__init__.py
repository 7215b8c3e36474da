"""Pure: what a clerk typed, as the ways of looking for a booking.

terms      a reference, mail address, number, name, plate or card
spellings  how a name may be written: without marks, as in passports, in another script
"""
