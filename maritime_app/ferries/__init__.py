"""Operators, routes, timetables, sailings, fares, capacity and search.

model        the nouns: place, operator, vehicle, party, fare, sailing, price line
vehicles     pure: what vehicles of each kind measure, and whether one may come aboard
vehicle_models/ common vehicles by make and model, with their measures
parties      pure: who travels, from a question to what one sailing carries
residents    pure: who of a party lives where a fare may have a discount for it
cabins       pure: which cabins a party fits in
extras       pure: what may be bought with a place: meals, lounge, Wi-Fi
operators/   remote operators: their API, their gateways
places/      harbours, stations and stops by code and by name
sailings/    what is known of a sailing
capacity/    what of a sailing can be sold only once
fares/       prices, by the fare's rules
extra_kinds/ extras that operators add to those
price_lists/ fares and extras that staff write
promotions/  promo codes that staff make
operations/  sailings as staff run them: sales, times, ships, cancellations
planning/    sailings planned from a pattern
search/      sailings for a question, priced for a party
reach/        where one can go from a place, and what lies near
lowest_fares/ what each day costs at least
forecasts/   when sailings will leave and arrive, by their ships
check_in/    when check-in closes, and where
timetables/  read from GTFS, shown as departures
demo/        the authored world of fictional operators
routes       every route of ferries
jobs         rolling the timetable forward, predicting arrivals
"""
