"""PyTorch's side of every layer, a module for each family: `COUNTERPARTS`."""
