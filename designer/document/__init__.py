"""The truth of the application: the design, how it changes, and how it is kept. No widgets."""
