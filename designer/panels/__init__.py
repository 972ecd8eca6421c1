"""The panels around the canvas. They meet in the Document, never each other."""
