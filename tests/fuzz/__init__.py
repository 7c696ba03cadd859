"""Mutated inputs of every kind against the program: tests/fuzz."""
