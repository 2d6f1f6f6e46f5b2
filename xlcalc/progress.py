"""What long work reports to; the bar that a terminal shows is `cli.terminal.TerminalProgress`."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told how a run gets on."""

    def start(self, label: str, total: int) -> None:
        """A stage of so many steps begins."""

    def step(self, count: int) -> None:
        """So many more steps are done."""


class Silent:
    """Progress that nobody watches."""

    def start(self, label: str, total: int) -> None:
        """Do nothing."""

    def step(self, count: int) -> None:
        """Do nothing."""
