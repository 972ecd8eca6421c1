"""What the engine says to views: each kind of question has its answer here."""
