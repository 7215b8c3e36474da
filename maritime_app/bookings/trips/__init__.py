"""The journey of a booking, another thing in each phase.

phases     pure: before, at the gate, late, at sea, after
arrival    pure: when the ship is expected, and who says so
views      a crossing as it goes
companion  what the page of a booking shows of it
elsewhere  what else sails from where a late or cancelled sailing was to leave
departures what sails on a journey's ways and days, for the time without a network
samples    pure: an invented journey in each phase, for the style page
service    the same, for its people and for whoever may only look
routes     its old address, the app that can be installed, the worker of that
"""
