"""The style page, `/design`: every piece in every state, drawn by the templates that the pages use.

Whoever changes a piece sees here, and in the browser test of this page, what else changes.

cast      who and what all pieces are about
invented  what stands in the pieces
journeys  the companion in each phase
days      a search, what it found, a month of prices
ships     what lies on the live map
timetables what a publisher's timetable and its news say
forms     pieces of the booking form
sources   where figures and events come from
work      pieces of the staff's pages
routes    the page
"""
