"""Published lists of ports to listings.

wpi        the World Port Index of the US NGA (UpdatedPub150.csv)
portwatch  the ports of IMF PortWatch (CSV or ArcGIS JSON)
seaports   the sea-ports list (JSON by UN/LOCODE)
unlocode   UN/LOCODE in both layouts, one part or the whole zip
countries  countries by the names that lists use
rows       rows of CSV, and single values
sniffing   which list a file is
"""
