"""Ships for programs, and the page of one ship.

requests  requests of the HTTP interfaces
schemas   responses of the HTTP interfaces
views     reports and particulars as responses, the page of one ship
export    ships in a box as CSV and KML
"""
