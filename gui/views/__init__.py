"""What a page shows one of at a time, each a file of its own."""
