"""A change is ordered for exactly what it was quoted at.

ordering    quote a change, and order it for exactly that
drafting    pure: from legs and their prices to the booking as it will be
content     pure: a booking as it is and as it will be
"""
