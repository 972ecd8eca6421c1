"""Figures of a network for papers and slides: what stands where, painted and written to files."""
