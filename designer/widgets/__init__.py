"""Small widgets of one purpose each. They know the look and nothing of networks."""
