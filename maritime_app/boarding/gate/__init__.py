"""The gate role: a laptop at the quay that lets people aboard without internet.

It downloads the sailing's list, serves the gates' pages on the quay's network, decides every scan
itself, and settles with the server whenever the line is there.

journal      admissions and the list on the laptop's disk, safe under kill -9
service      scans, undoing, the head-count, over the journal
gateway      the server, spoken to with a staff token
settling     the journal handed in and the list read again, for as long as the gate runs
certificate  a certificate of its own: browsers give the camera to https pages only
app          the pages and calls of the gates
running      a quay from its first list to its end
"""
