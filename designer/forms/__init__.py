"""Forms made from declared settings: one editor for each kind, one form for any value."""
