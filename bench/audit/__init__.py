"""What the pages promise in figures, measured on a running copy: `make audit`.

__main__       start a copy, walk it with every inspection, measure, print a table
inspections    axe-core, layout shift and requests to others, at every page and state of the walk
wire           how many bytes a page is for a browser that has never been here
map_control    how much of the map's blocking time is ours, and how much the software graphics'
lighthouse     Lighthouse's scores, out of an environment of its own

A miss of any limit ends the run with exit code 1.
"""
