"""What is found out about finished runs: which is better, what moved an answer, what a layer knows."""
