"""The cases of every layer, a module for each family: `TABLE` and `REFUSALS`."""
