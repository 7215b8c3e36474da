"""Outside services over HTTP.

http            calls to them: time-outs, bounded bodies, one error type
public_http     to addresses that strangers gave: public ones only
names           looked up on threads of their own
breaker         leaves a service alone that does not answer, then probes it
"""
