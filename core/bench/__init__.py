"""How fast a training step is, beside the same step in PyTorch where that is installed."""
