"""Search: sailings between two places on a day, priced for a party.

model            what a search asks and answers
requests         pure: a search checked, as a party, and as a key of the cache
home_routes      the first page
service          one fetch per question, however many wait
house_offers     sailings whose places are rows here, and those that are only listed
arrivals         what has arrived of searches that are under way
journeys/        journeys with one or two changes
operator_offers  all remote operators side by side
store            what a search reads, from PostgreSQL
filters          pure: order, and what the reader leaves out
cards            one sailing or journey as the page shows it
views            what the results page shows
around           prices of the days beside it, and what sails instead
searched         what a browser searched last
calendar_routes  a month of prices
boat_trip        pure: a way and its prices as search engines read them
reach_routes     where one can go, what sails instead, what days cost: for programs
arriving_routes  results that follow as operators answer
routes           the search page and the search for programs
"""
