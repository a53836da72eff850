"""A process that lives long and meets much: forks, threads of its own, sudden ends, a million calls.

ground      an index, a cache, environments         figures     what a part comes to
forks       a thousand forked children              forking     the process that forks
ticks       whether other threads keep running
exits       two hundred sudden ends                 ending      the program that ends
steady      a million calls, and no growth          size        how large a process is
"""
