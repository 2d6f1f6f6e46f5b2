"""The command line: one module a command, exit codes and progress; click is imported here alone."""

from xlcalc.cli.app import cli, main, run

__all__ = ["cli", "main", "run"]
