"""Tests of the door to the engine process."""
