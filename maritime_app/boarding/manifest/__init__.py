"""The passenger list of a sailing, for staff with the permission; every reading is audited.

model    a line of the list (Directive 98/41/EC, article 5)
store    the list in PostgreSQL
service  reading it, written down
emswe    pure: the list as the European single window takes it, and what it lacks for that
words    what it lacks, in words
csv      pure: the list as a table
routes   the page and the files
"""
