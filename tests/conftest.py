"""Modules are compiled once for all tests and the programs that they start, whatever the environment says: a
start of the program that finds none of its modules compiled takes a second longer.
"""

import os
import sys

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
