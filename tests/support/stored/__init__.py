"""Stored results of PyTorch; `python -m tests.support.store_oracle` writes them."""
