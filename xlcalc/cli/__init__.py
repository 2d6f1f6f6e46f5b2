"""The command line: one module a command, exit codes and progress; click is imported here alone.

A command turns words into a call of `runs`, `hosts` or `templates`, and what comes back into lines,
JSON and an exit code. No command reads a file or calculates by itself.
"""

from xlcalc.cli.app import cli, main, run

__all__ = ["cli", "main", "run"]
