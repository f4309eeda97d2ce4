"""Scenes: what a view draws, as plain arrays and strings. No Qt."""
