"""From chosen sailings to a held booking, and on to the payment page.

form     pure: what was entered, as a booking
prices   what it costs as it stands
promo_codes  the same with its promo code
party    pure: its buttons: people, vehicles and cabins, one more or one less
drafts   what was typed, kept for the browser
error_summary  pure: what is wrong with the form, each with a link to its field
form_pages  the form as a page, as it was entered, with what is wrong
draft_routes  the form while it is filled in
twins    what a browser holds already on a sailing
renewal  book again after a booking that ended
away     what is said when the payment page cannot be opened
service  on to the payment page, and back from it
views    what the booking form shows
cabin_views  and of the cabins of a leg
extra_views  and of its extras
routes   the form, the way to the payment page, the way back
"""
