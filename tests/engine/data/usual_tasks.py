"""Tasks as a catalog has them, by what their columns can mean."""

from __future__ import annotations

import msgspec

from engine.data import roles
from engine.protocol.catalog import RoleEntry, TaskEntry


def task(name: str, *of: RoleEntry) -> TaskEntry:
    """Returns a task with some roles."""
    return TaskEntry(id=name, name=name, summary="", icon="", metrics=(), roles=of)


LABEL = msgspec.structs.replace(roles.LABEL, of_lists={"answers": "several"})
CLASSIFY = task("classify", roles.TEXT, roles.SECOND_TEXT, LABEL, roles.GROUP)
TAG = task("tag", roles.TOKENS, roles.TAGS)
ANSWER = task("answer", roles.PASSAGE, roles.QUESTION, roles.ANSWERS)
READ_ON = task("read on", roles.TEXT)
REPLY = task("reply", msgspec.structs.replace(roles.PROMPT, required=True), roles.RESPONSE)
TRANSLATE = task("translate", roles.SOURCE, roles.TARGET)
TASKS = (REPLY, READ_ON, ANSWER, TRANSLATE, CLASSIFY, TAG)
