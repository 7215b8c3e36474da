"""One truth per booking: what every surface says of it.

model        what a story says
standing     what it is told from: the booking with its money
words        pure: from there to a headline, a sentence and the next steps
sentences    pure: what is said of each situation
money_words  pure: where the money is that does not pay for the journey
service      read how a booking stands and tell its story
"""
