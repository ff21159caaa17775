"""Kinds of noise that can come over a text: one file for each, found by its constant ``NOISE``."""
