"""A booking changes as a whole: the new places are held, and the old ones kept until it is done.

model       a change, and the booking as it will be
states      where a change stands, as one table
requests    how a change is asked for, and what it costs, as programs and forms say it
wishes      pure: from what is asked for to the booking that is wanted
differences pure: what the price lines of a leg become when it changes
quoting     what a change costs: each leg by its own source
drafting    pure: from legs and their prices to the booking as it will be
ordering    quote a change, and order it for exactly that
paying      the money of a change that makes a booking dearer
content     pure: a booking as it is and as it will be
places      pure: what a change takes beyond what its booking has, and what it leaves over
store       changes, and the rows of a changed booking, in PostgreSQL
service     hold a change, accept it, withdraw it
completion  the operators say yes, and the booking is another one; or everything is as it was
report      the tickets of a changed booking, by mail
form        pure: what was entered on the page, as a change
pages       the two pages of a change, for customers and for staff
views       what the page of a change shows
alternatives the sailings that a leg may go by instead, and its cabins
api         change a booking, for programs
routes      the same for people
jobs        carrying out, ending, giving up what was replaced
"""
