"""Waves and wind that are invented, in the form of the weather services.

server  Open-Meteo's Marine and Forecast APIs and OpenWeather's current weather
figures the figures by the names that the services give them
sea     the invented sea and sky at a place and time
"""
