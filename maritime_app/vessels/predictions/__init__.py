"""When ships arrive: predicted from earlier passages, with the error of predictions published.

model        a prediction, what it rests on, why there is none
cells        the grid of the track graph
passages     tracks that ended in a port to what was left at each cell
estimates    how long a ship still needs
calibration  errors that were made to an interval of 80 %
destinations what crews type to a port
store        passages, predictions and scores in PostgreSQL
learning     port calls to passages, predictions to scores
live_ships   ships on their way, from what Redis holds
service      predictions made, and given out
score        how wrong predictions were, as figures and as a table
responses    predictions and who is expected at a port, as programs get them
views        why nothing is predicted of a ship
routes       predictions and their score over HTTP
"""
