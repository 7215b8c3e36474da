"""UNCTADstat's bulk files on loopback: the true format with invented figures for the demo world's ports.

figures.py  the invented tables as CSV
server.py   the bulk endpoints; POST /unctad/sandbox/bump publishes a new version
"""
