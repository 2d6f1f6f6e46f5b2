"""``python -m xlcalc``."""

from xlcalc.cli.app import main

if __name__ == "__main__":
    main()
