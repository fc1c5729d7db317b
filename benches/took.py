# How long a program takes, seven times over: took.py armed LOA HOME end|kill, or took.py ends LOA ARGUMENT ...
# `armed` starts the daemon and waits for the copy of the recording that it will air, then ends it in order or kills it;
# `ends` waits for the program's end. Prints the time that passed and the processor's time, which other work on the machine
# lengthens less.
import os, resource, signal, subprocess, sys, time

what, loa = sys.argv[1], sys.argv[2]
RUNS, TICK = 7, os.sysconf("SC_CLK_TCK")


def armed(home, how):
    folder = os.path.join(home, "var", "armed")
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        os.remove(os.path.join(folder, name))
    began = time.monotonic()
    daemon = subprocess.Popen([loa, "--home", home, "run"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (os.path.isdir(folder) and os.listdir(folder)):
        if time.monotonic() - began > 60:
            daemon.kill()
            sys.exit("nothing is armed within a minute")
        time.sleep(0.001)
    passed = time.monotonic() - began
    with open(f"/proc/{daemon.pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    daemon.send_signal(signal.SIGINT if how == "end" else signal.SIGKILL)
    daemon.wait()
    return passed, (int(fields[11]) + int(fields[12])) / TICK


def ends(*arguments):
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([loa, *arguments], stdout=subprocess.DEVNULL, check=True)
    passed, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return passed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


took = [(armed if what == "armed" else ends)(*sys.argv[3:]) for _ in range(RUNS)]
for name, times in [("passed", [t[0] for t in took]), ("processor", [t[1] for t in took])]:
    times.sort()
    print(f"{name} {times[0] * 1000:.0f} to {times[-1] * 1000:.0f} ms, median {times[RUNS // 2] * 1000:.0f} ms", end="; ")
print(f"load {open('/proc/loadavg').read().split()[0]}")
