"""`make chaos`: load on two web and two worker processes while things are killed; then the books
are checked.

__main__   options, the run, the exit code
world      the servers and processes of one run, and how to kill them
traffic    passengers: they search, book, pay, walk away, cancel
api        the calls a passenger makes, and which answers were to be expected
faults     what goes wrong, when, by the seed
quiet      waiting until nothing is under way any more
verdict    the invariants, from our books and from the outside world's
report     what happened, for people and as JSON
"""
