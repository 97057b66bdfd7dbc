"""The demonstration city: made-up people on real areas, walked through the real actions."""
