#!/usr/bin/env python3
"""Writes tests/recordings/decoded-elsewhere.txt: the recordings of audio/ as ffmpeg decodes them.

The sound tests set what is heard against our own decoding, so that has to be set against another program's. Only for
whoever changes a recording: the tests read the file and need no ffmpeg.
"""
import array
import math
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
SUFFIXES = {".flac", ".m4a", ".mp3", ".ogg", ".wav"}


def output(*command):
    return subprocess.run(command, check=True, capture_output=True).stdout


lines = [
    "# The recordings of audio/ as another decoder (ffmpeg) has them, by scripts/decoded-elsewhere.py.",
    "# One line a file and side: name, rate, side, frames, then the level (RMS) of each 20 ms in 1/10000 of full scale.",
]
for path in sorted((ROOT / "audio").iterdir()):
    if path.suffix not in SUFFIXES:
        continue
    facts = output("ffprobe", "-v", "error", "-show_entries", "stream=sample_rate,channels,duration", "-of", "csv=p=0", path)
    rate, channels, seconds = facts.decode().strip().split(",")
    rate, channels = int(rate), int(channels)
    samples = array.array("f", output("ffmpeg", "-nostdin", "-v", "error", "-i", path, "-f", "f32le", "-"))
    for side in range(channels):
        levels = samples[side::channels]
        if path.suffix == ".m4a":
            # ffmpeg 5 cuts the head that the edit list declares to be the encoder's, and forgets the tail.
            levels = levels[: round(float(seconds) * rate)]
        window = rate // 50
        rms = [
            round(1e4 * math.sqrt(sum(s * s for s in levels[at : at + window]) / window))
            for at in range(0, len(levels) - window + 1, window)
        ]
        lines.append(" ".join(map(str, [path.name, rate, side, len(levels), *rms])))
(ROOT / "tests/recordings/decoded-elsewhere.txt").write_text("\n".join(lines) + "\n")
