"""From chosen sailings to a held booking, and on to the payment page.

form     pure: what was entered, as a booking and as something to be priced
error_summary  pure: what is wrong with the form, each with a link to its field
twins    what a browser holds already on a sailing
renewal  book again after a booking that ended
service  on to the payment page, and back from it
views    what the booking form shows
routes   the form, the way to the payment page, the way back
"""
