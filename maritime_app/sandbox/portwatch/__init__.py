"""IMF PortWatch on loopback: three layers of an ArcGIS service, with invented figures for the demo
world's ports.

figures  invented days, ports and disruptions as attributes of the layers
where    the part of ArcGIS' where clauses that is understood
server   the query endpoint of each layer, and how it fails on request
"""
