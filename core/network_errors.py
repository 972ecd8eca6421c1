"""Why a network cannot compute, in one sentence for the user."""

from __future__ import annotations


class NetworkError(ValueError):
    """The graph cannot run, or values do not fit it; one sentence."""


class ValuesError(NetworkError):
    """Items or targets that the network cannot take: a shape, a class or a number that is wrong."""
