#!/bin/sh
# Runs the browser behind all that sounds here. What begins a session has its share of the processor as a session, however nice
# it is within that (sched(7), the autogroup feature): a page being drawn took every other moment from the sound.
[ "$(cut -d ' ' -f 6 /proc/$$/stat 2>/dev/null)" != $$ ] || (echo 15 >/proc/$$/autogroup) 2>/dev/null
exec nice -n 15 "$LOA_BROWSER_PROGRAM" "$@"
