"""The command line: one module a command, exit codes and progress; click is imported here alone.

A command turns words into calls of the packages below, and what comes back into lines, JSON and an
exit code (`exit_codes`). `app` runs a command line and turns errors and Ctrl-C into sentences and
codes; `terminal` has the progress bar and what options share. No command calculates by itself.
"""

from xlcalc.cli.app import cli, main, run

__all__ = ["cli", "main", "run"]
