"""All that is checked by machines."""

import gc

gc.disable()  # until the first test: a search goes through all that is imported, and finds nothing
