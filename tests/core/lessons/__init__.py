"""Tests of the mathematics behind the views."""
