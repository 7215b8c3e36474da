"""A two-level cache of ready bytes: this process, then Redis.

two_level       what is cached, filled once, dropped by tag
scripts         what it does in Redis in one step
local_copies    what this process has beside Redis
recent_tags     tags that were bumped a moment ago
bump_message    what processes say to each other when tags are bumped
heard_changes   committed changes that somebody has made known
"""
