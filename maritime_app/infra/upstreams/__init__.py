"""Outside services over HTTP.

http            calls to them: time-outs, bounded bodies, one error type
breaker         leaves a service alone that does not answer, then probes it
"""
