"""The World Bank's index of container ports on loopback: its annex, with invented figures.

figures  the invented annex as a spreadsheet
server   the file, and how its server fails on request
"""
