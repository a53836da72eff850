"""Calls that are interrupted: Ctrl-C, or a deadline, in each phase of a call.

packages  what is installed: what takes long to build, to resolve, to prepare, to stage, to commit
phases    the phases, how a call comes into each, and by what it is known to be there
scene     one environment, and one process that calls
host      what is done in that process: the call, and the moment at which its caller has its thread back
strike    one try: the call, the watch over its phase, and the signal or the deadline
after     what there is to see afterwards: the environment, locks, threads, processes, the next call
tally     figures
campaign  so many tries, over all phases, with instants drawn from a seed

Signals are real, and so are the processes. A try counts only where the call was seen to be in the phase when it was
struck: by what the index was asked for, by a file that a build or a program writes, by what lies beside the
environment, by the head of the journal.
"""
