#!/usr/bin/env python3
"""When a sink was first heard sounding: onset.py SINK SECONDS

Listens at the sink's monitor (parec, PULSE_SERVER as it is set) for so long and prints the instant of the first sample
above -40 dBFS, in Unix seconds, or `nothing`. A read can only be late, never early, so the least delayed one fixes the
clock; that leaves it exact to a few milliseconds, which is enough for programs that are tens or hundreds late.
"""

import array
import subprocess
import sys
import time

RATE_HZ = 48_000
LOUD = 328  # of 32 768

sink, seconds = sys.argv[1], float(sys.argv[2])
parec = ["parec", "-d", f"{sink}.monitor", "--format=s16le", "--channels=1", f"--rate={RATE_HZ}", "--latency-msec=5"]
until = time.time() + seconds
onset, frames, least = None, 0, None
with subprocess.Popen(parec, stdout=subprocess.PIPE, bufsize=0) as listener:
    while (now := time.time()) < until:
        data = listener.stdout.read(480)
        samples = array.array("h", data[: len(data) // 2 * 2])
        if onset is None:
            loud = next((n for n, sample in enumerate(samples) if abs(sample) > LOUD), None)
            onset = None if loud is None else frames + loud
        frames += len(samples)
        begin = time.time() - frames / RATE_HZ
        least = begin if least is None else min(least, begin)
    listener.kill()
print("nothing" if onset is None else f"{least + onset / RATE_HZ:.4f}")
