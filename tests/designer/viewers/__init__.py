"""Tests of the viewers."""
