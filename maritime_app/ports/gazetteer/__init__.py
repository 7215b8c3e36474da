"""The ports of the world, from published lists that are joined into one.

model     a port as a list has it, and what an import reports
lists/    World Port Index, PortWatch, sea-ports, UN/LOCODE: files to listings
names     names as they are searched: without accents, in Latin letters
script_names  what ports are called in other scripts, for pages and mails
position  time zone and country by position
places    positions and names that no list has, authored here
joining   which listings are one port
merging   one port out of its listings
store     listings and names in PostgreSQL
service   import a list; join what statistics name
"""
