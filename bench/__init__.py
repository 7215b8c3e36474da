"""How fast the roads are, beside a bare handler and the peers, in one run: `make bench`, `make
bench PART=search`.

__main__    the parts in their order; prints and writes results.json
stage       servers of one run, measured processes on one core, load on the other
rounds      A B A B: every side in every round, and the ratios round by round
report      series, lines to beat, how they are printed and written
load        the load generator, a process of its own
asks        what it asks for
events      one Stripe event, signed
gtfs_feeds  invented timetables
peak_memory runs a command and prints the most memory that it held
parts       one module per part
baselines   the smallest honest program that does the same work
stopping    Ctrl-C: one line and 130
running_copy a copy with every role on free ports, and a browser to look at it
chaos       the other question: what holds when things break (`make chaos`)
agents      what programs buy when answers get lost (`make agents`)
attack      what holds when somebody is after it (`make attack`)
walk        what a visitor sees and clicks (`make walk`)
audit       accessibility, bytes, layout shift, Lighthouse (`make audit`)
"""
