"""Remote ferry operators with inventories of their own, behind the API of docs/operator-api.md.

timetable    which sailings there are, from the demo world
tariff       pure: what a party costs and takes up
inventory    reservations by reference, what is left, kept in a journal
price_token  the seal on an offered price
operator_api the rules: offer, hold, confirm, recall, cancel
statements   what was booked for us, day by day
routes       the API and its faults
"""
