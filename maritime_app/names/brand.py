"""What the service calls itself, wherever people read it."""

NAME = "Fairway"
VERSION = "0.1.0"
