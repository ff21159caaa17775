"""What energy a run takes: read wherever the computer lets a person without special rights read it.

Nothing is guessed from data sheets, which say what a part may draw and not what it drew. So no library that
falls back on them is used: CodeCarbon does where nothing can be read, models what memory draws, and brings
a client of its server.
"""
