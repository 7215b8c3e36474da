"""One truth per booking: what every surface says of it.

model        what a story says
facts        what it is told from
words        pure: from the facts to a headline, a sentence and the next steps
money_words  pure: where the money is that does not pay for the journey
service      read the facts and tell the story
"""
