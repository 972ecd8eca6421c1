"""Training: the plan, the loop, its events, checkpoints and run folders."""
