"""Data sets: where items come from, how they are made to fit a network, in which order."""
