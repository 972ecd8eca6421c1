"""What views that explore ask of the engine, with the answers' shapes."""
