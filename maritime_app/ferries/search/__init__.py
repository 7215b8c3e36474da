"""Search: sailings between two places on a day, priced for a party.

model            what a search asks and answers
requests         pure: a search checked, as a party, and as a key of the cache
typed_vehicles   pure: a model, a length, a trailer, another vehicle, as a part of the question
home_routes      the first page
service          one fetch per question, however many wait
offers/          sailings direct from one port to another, from every source
journeys/        journeys with one or two changes
store            what a search reads, from PostgreSQL
results/         results as the page shows them
calendar/        a month of prices
searched         what a browser searched last
reach_routes     where one can go, what sails instead, what days cost: for programs
routes           the search page and the search for programs
"""
