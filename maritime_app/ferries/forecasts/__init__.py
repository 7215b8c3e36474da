"""When our own sailings will leave and arrive: by their ship's position, and by what follows.

model    a sailing of a ship, what the ship usually does, what is expected
habits   turn-round and recovery, out of what a ship has done
berth    what follows when a ship still lies in port after its departure time
later    what the delay of one sailing does to the later ones
store    sailings of ships, and what is expected of them, in PostgreSQL
service  forecasts made by a job, and given out
"""
