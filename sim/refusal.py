"""What a user may be told in one line, with the exit code of the command line."""


class Refusal(Exception):
    """Something that is not done; its text says what is wrong and what to do."""

    exit_code = 1


class BadInput(Refusal, ValueError):
    """Something asked for that cannot be."""

    exit_code = 2
