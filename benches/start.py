# From the start of a process to an armed recording: start.py LOA HOME RUNS end|kill
# Starts the daemon RUNS times, waits for the copy of the recording that it will air, and ends it in order or kills it.
import os, signal, subprocess, sys, time

loa, home, runs, how = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
armed = os.path.join(home, "var", "armed")
took = []
for _ in range(runs):
    for name in os.listdir(armed) if os.path.isdir(armed) else []:
        os.remove(os.path.join(armed, name))
    began = time.monotonic()
    daemon = subprocess.Popen([loa, "--home", home, "run"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (os.path.isdir(armed) and os.listdir(armed)):
        if time.monotonic() - began > 60:
            sys.exit("nothing is armed within a minute")
        time.sleep(0.001)
    took.append(time.monotonic() - began)
    daemon.send_signal(signal.SIGINT if how == "end" else signal.SIGKILL)
    daemon.wait()
took.sort()
print(f"fastest {took[0] * 1000:.0f} ms, median {took[len(took) // 2] * 1000:.0f} ms, slowest {took[-1] * 1000:.0f} ms")
