"""Many packages, each installed by uv and by uvffi into twin environments, and compared.

names    which packages: of a file or built in, the first so many of them, or so many by chance
job      what is done with them: command lines, in one pair of environments
sides    uv as a process, uvffi in a worker that stays, each with a deadline
trees    two environments file by file
compare  two answers and two environments: what differs
state    what is judged already, so that a run can go on where another was stopped
campaign all jobs, in lanes

uv's cache is one for both sides: what one has downloaded the other needs not. Which side is first changes from job to
job.
"""
