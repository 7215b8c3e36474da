"""What the service calls itself, wherever people read it."""

NAME = "Fairway"
