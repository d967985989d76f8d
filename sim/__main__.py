"""`python -m sim` is the command `steppe`."""

from sim.cli import main

if __name__ == "__main__":
    main()
