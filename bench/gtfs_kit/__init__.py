"""Our timetables against gtfs-kit, an independent reader of GTFS: every departure of twelve days at
every stop, and every boat between any two stops; and our own feed against what is sold.

gtfs-kit brings pandas and stays outside of the project, in an environment of its own:

    python3 -m venv /tmp/kit && /tmp/kit/bin/pip install gtfs-kit
    .venv/bin/python -m bench.gtfs_kit --kit /tmp/kit/bin/python FEED.zip ... [--own]

A copy with data of its own is started; a feed that has ended is moved by whole weeks, and gtfs-kit
is asked for the days that many weeks before. Exit 1 where one boat is missing or too many.

__main__  what we show of each feed, and what is sold
theirs    the same by gtfs-kit, and what differs; runs in its environment
"""
