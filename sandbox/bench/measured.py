"""Runs a command and writes what it cost, as JSON, to file descriptor 3: `{"seconds": …, "cpuSeconds": …}`.

The system adds a process' CPU time to that of its parent when the parent has waited for it. So this one waits for
everything below it: what outlives its own parent comes to it, on Linux.
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
    sys.exit("the system does not let this process wait for what its children leave behind")

start = time.monotonic()
code = subprocess.run(sys.argv[1:]).returncode
seconds = time.monotonic() - start

try:
    while True:
        os.wait()
except ChildProcessError:
    pass  # There is none left.

usage = resource.getrusage(resource.RUSAGE_CHILDREN)
with os.fdopen(3, "w") as report:
    json.dump({"seconds": seconds, "cpuSeconds": usage.ru_utime + usage.ru_stime}, report)
sys.exit(code if code >= 0 else 128 - code)
