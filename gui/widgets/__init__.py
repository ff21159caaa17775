"""Things to look at and click: they take plain values, draw them, and say what a person wishes."""
