"""Seats as environments for learners: PettingZoo's for several seats, Gymnasium's for many futures of one."""
