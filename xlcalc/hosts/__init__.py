"""Programs that offer the SSB_ functions, one room each."""
