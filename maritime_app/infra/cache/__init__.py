"""A two-level cache of ready bytes: this process, then Redis.

two_level       what is cached, filled once, dropped by tag
scripts         what it does in Redis in one step
recent_tags     tags that were bumped a moment ago
"""
