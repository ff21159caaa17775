"""One step of the work each; a new page is one new file that ends in ``PAGE``."""
