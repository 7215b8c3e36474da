"""A booking changes as a whole: the new places are held, and the old ones kept until it is done.

model       a change, and the booking as it will be
states      where a change stands, as one table
pricing/    what a change costs: each leg by its own source
orders/     quote a change, and order it for exactly that
pages/      the two pages of a change, for customers and for staff
paying      the money of a change that makes a booking dearer
places      pure: what a change takes beyond what its booking has, and what it leaves over
together    changes of many bookings that move no money, in few statements
store       changes, and the rows of a changed booking, in PostgreSQL
service     hold a change, accept it, withdraw it
completion  the operators say yes, and the booking is another one; or everything is as it was
report      the tickets of a changed booking, by mail
api         change a booking, for programs
routes      the same for people
jobs        carrying out, ending, giving up what was replaced
"""
