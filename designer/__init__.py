"""The application: a window on designs and on the engine that trains them."""
