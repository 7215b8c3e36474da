"""The whole way of a traveller and of staff, walked and photographed: `make walk`.

__main__  start a copy, walk in every look, count the tasks, print what was wrong
visitor   somebody at a browser: clicks are counted, pages are photographed and looked over
looks     desktop, phone, dark, Arabic, without JavaScript
journey   search, choose, fill in, pay, ticket, change, cancel
around    first page, map, ports, mailbox, staff's pages
tasks     ten things that people come for, with their clicks counted
film      the walk on sheets in docs/walk
pictures  what becomes of the photographs; those that README.md shows
table     the tasks as docs/usability.md has them

A step that fails, a page wider than its window, text that is cut off, an answer of 500 or an error
in the browser's console fails the walk.
"""
