"""Another ship sails: who has no place on it, and what becomes of them.

model    what staff ask for, and what it means before it is done
seating  pure: who fits on a ship, in the order in which they booked
store    who is aboard, and places that are lost, in PostgreSQL
looking  what a change of ship means now
telling  what passengers hear of whom nothing is asked
moving   places lost, cabins changed, changes and offers that end
service  look at a change of ship, and do it
jobs     telling them
views    what the page shows
routes   the page, and the same for programs
"""
