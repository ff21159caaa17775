"""How good an answer is, against what simpler things reach, and how sure one can be of it."""
