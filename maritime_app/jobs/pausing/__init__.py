"""Queues and tasks that workers leave alone for a while: nothing of them is begun, all of it waits.

What runs is finished. PostgreSQL is asked with each claim, so a pause holds for every worker from
its commit on, whatever Redis has.

model    a pause, what it is asked for with, and what waits because of it
store    the rows
service  pause, resume, and what is paused
watch    a pause that lasts long raises an alert
"""
