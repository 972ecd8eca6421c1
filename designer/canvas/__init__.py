"""The canvas: where a network is seen and drawn."""
