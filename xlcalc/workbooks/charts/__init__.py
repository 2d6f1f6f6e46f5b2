"""What charts share, whoever draws them: series, labels, positions."""
