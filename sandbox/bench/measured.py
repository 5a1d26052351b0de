"""Runs a command and writes its cost as JSON to file descriptor 3: `{"seconds": …, "cpuSeconds": …}`.

The kernel adds a process' CPU time to that of its parent once the parent has waited for it. So this process waits for
all its descendants. On Linux it is their subreaper: it becomes the parent of those that outlive their own parent.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36

if sys.platform == "linux" and ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
    sys.exit("prctl(PR_SET_CHILD_SUBREAPER) failed: this process cannot wait for orphaned descendants")

start = time.monotonic()
code = subprocess.run(sys.argv[1:]).returncode
seconds = time.monotonic() - start

try:
    while True:
        os.wait()
except ChildProcessError:
    pass  # No child is left.

usage = resource.getrusage(resource.RUSAGE_CHILDREN)
with os.fdopen(3, "w") as report:
    json.dump({"seconds": seconds, "cpuSeconds": usage.ru_utime + usage.ru_stime}, report)
sys.exit(code if code >= 0 else 128 - code)
