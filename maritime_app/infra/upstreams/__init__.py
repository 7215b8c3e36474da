"""Outside services over HTTP.

http            calls to them: time-outs, bounded bodies, one error type
public_http     to addresses that strangers gave: public ones only
names           looked up on threads of their own
round           over many entries, one of which keeps no other waiting
breaker         leaves a service alone that does not answer, then probes it
"""
