"""What Excel on Windows needs once, and the diagnosis of what keeps it from working."""
