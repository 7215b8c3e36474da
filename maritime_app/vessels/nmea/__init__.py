"""Receivers that send NMEA 0183 sentences, over TCP and UDP.

sentences  lines to whole AIS messages: tag blocks, several parts
codec      an AIS message to a report, by the same readers as AISStream's
receivers  the one file that listens to receivers
"""
