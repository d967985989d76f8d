"""What an outcome hangs on: which numbers in doubt move it, how far, and how much of the doubt is theirs."""
