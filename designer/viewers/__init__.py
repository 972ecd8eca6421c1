"""Viewers: each draws what its namesake in `core.explain` computes."""
