"""Nothing is ever half installed: processes are killed in the middle of a change, and what they leave is judged.

packages    the wheels                          scenario    the changes that are interrupted
users       files that no package owns          world       an index, a cache, an environment
act         the process that is killed          faults      points at which it dies or fails
picture     all there is, byte for byte         ground      the old state and the new one
recovery    what follows a kill                 play        one kill and its judgement
campaign    a thousand of them                  errors      the same with errors instead of kills
reading     while it is swapped                 neighbours  many processes at once
places      filesystems of all kinds            tally       what a campaign came to
"""
