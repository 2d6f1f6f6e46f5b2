"""Exit codes of every command, fixed: scripts rely on them."""

#: Nothing is wrong; the call or the input is unusable; finished, but rows or cells have errors; the
#: run was stopped.
GOOD, UNUSABLE, WITH_ERRORS, STOPPED = 0, 2, 3, 130
