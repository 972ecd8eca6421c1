"""Everything that is not code: data, icons, help; read through `importlib.resources`."""
