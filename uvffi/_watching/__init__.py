"""Watching: the one thread that watches for all of this process.

1. Who wants something watched leaves a `Wish`; the thread begins with the first and ends after the last.
2. Each turn (`Lookout`): which directories, what has become of them, notifications of those that are there, a look of
   the engine at each that may have changed, a ring for each wish it concerns, and a wait for news.
3. News only say where to look, and soon: what changed is what the engine finds. Every now and then the thread looks at
   the directories themselves, which sees what notifications can't tell of (a parent that was moved, a directory that
   comes back, an overflow), and is all there is where notifications can't be had.
4. If the thread dies, the engine forgets the watched directories, and the next wish or waiting reader starts another.
5. A forked child has no thread: everything is as if nothing had been wished for.
"""
