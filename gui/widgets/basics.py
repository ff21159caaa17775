"""The small widgets that every page uses, under one name."""

from __future__ import annotations

from gui.widgets.banner import Banner
from gui.widgets.buttons import Button, icon_button
from gui.widgets.cards import Card, Divider, Panel
from gui.widgets.chip import Chip
from gui.widgets.empty_state import EmptyState
from gui.widgets.focus_ring import FocusRing
from gui.widgets.hover_fade import HoverFade
from gui.widgets.icon_label import IconLabel
from gui.widgets.labels import ThemedLabel, label
from gui.widgets.page_header import PageHeader
from gui.widgets.segmented import Segmented
from gui.widgets.stat_tile import StatTile
from gui.widgets.step_list import Step, StepList
from gui.widgets.toggle import Toggle

__all__ = [
    "Banner",
    "Button",
    "Card",
    "Chip",
    "Divider",
    "EmptyState",
    "FocusRing",
    "HoverFade",
    "IconLabel",
    "PageHeader",
    "Panel",
    "Segmented",
    "StatTile",
    "Step",
    "StepList",
    "ThemedLabel",
    "Toggle",
    "icon_button",
    "label",
]
