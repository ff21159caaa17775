"""The chip in the top bar, and where runs train."""

from __future__ import annotations

from PySide6.QtCore import QObject

from engine.protocol.devices import DeviceFacts
from gui.engine_client.engines import Engines
from gui.look import texts
from gui.state.preferences import Preferences
from gui.widgets.top_bar import TopBar
from gui.window.project_switch import ProjectSwitch


class DeviceLink(QObject):
    """Shows the devices of the engine and carries the chosen one to the open project.

    The choice is one of this computer, not of a project: a project that is opened on another computer
    trains on the best that is there. So does this one when the chosen device is gone.

    Args:
        top_bar: Shows them.
        engines: Know which there are.
        preferences: Keep the choice.
        switch: Whose draft is told.
    """

    def __init__(
        self, top_bar: TopBar, engines: Engines, preferences: Preferences, switch: ProjectSwitch
    ) -> None:
        super().__init__(top_bar)
        self._top_bar = top_bar
        self._engines = engines
        self._preferences = preferences
        self._switch = switch
        top_bar.device_chosen.connect(self._choose)
        engines.devices_changed.connect(self._show)
        preferences.changed.connect(self._show)
        switch.changed.connect(self._show)
        self._show()

    @property
    def chosen(self) -> DeviceFacts | None:
        """Returns the device that trains; ``None`` before an engine has said which there are."""
        devices = self._engines.devices
        wanted = self._preferences.values.device
        return next((one for one in devices if one.id == wanted), next(iter(devices), None))

    def _choose(self, device: str) -> None:
        devices = self._engines.devices
        best = bool(devices) and devices[0].id == device
        self._preferences.change(device="" if best else device)

    def _show(self) -> None:
        chosen, devices = self.chosen, self._engines.devices
        if chosen is None:
            return
        free = f"{texts.size(chosen.memory_free)} free"
        self._top_bar.set_device(chosen.label, free)
        words = [(one.id, f"{one.label}, {texts.size(one.memory_free)} free") for one in devices]
        self._top_bar.set_devices(words, chosen.id)
        if self._switch.opened is not None:
            self._switch.opened.project.set_device("" if chosen is devices[0] else chosen.id)
