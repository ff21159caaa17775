"""The settings of the open project, as *Find anything* finds them."""

from __future__ import annotations

from gui.state.page_context import Findable, PageContext


def findable_settings(context: PageContext) -> list[Findable]:
    """Returns the settings of the chosen method and task, those of training and noise among them."""
    task = context.project.task_entry
    fields = {field.name: field for field in (*(task.fields if task else ()), *context.project.fields)}
    return [
        Findable(field.name, "Setting", field.label, field.help, f"{field.name} {field.section} settings")
        for field in fields.values()
    ]
