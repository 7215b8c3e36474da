"""Harbours and stops, and what official statistics say about them.

model        ports as they come in, are stored, listed and shown
store        ports in PostgreSQL
finding      by name or code; those that may be meant
service      seed, find and show ports
official_figures  files and pulls of statistics; the ports that they name get a page
performance  how a port does, in one small answer for programs
views        what the page of a port shows
routes       /ports, /ports/{code} and the same as JSON and CSV
daily_calls_routes  port calls by day: a part of the port's page, JSON, CSV
jobs         pulls of statistics, of daily calls, of disruptions
comparison/  ports beside one another: ranking, comparison, countries
publishers   who publishes figures: names, terms, addresses
tagged       answers with an ETag
kept_figures answers that are kept as ready bytes until their figures change
figure_history/  every value that one figure ever had
gazetteer/   the ports of the world, from published lists
daily_calls/ port calls by day and disruptions, by IMF PortWatch
statistics/  official figures: read, stored with every vintage, drawn
directory/  the ports of a search as points on a map
pictures/   charts as pictures with their source inside
"""
