"""Where ships are: AIS in, live map out, tracks."""
