#!/bin/sh
# The first process of a lab: holds the PID namespace of all its hosts and the network namespace
# with the bridges. When it is killed, the kernel ends everything in the lab.
# Usage: lab-init.sh LAB-DIRECTORY, started in that folder.
set -eu

# /proc is still the machine's, so these are the process id and start time as the machine sees them.
read -r stat </proc/self/stat
echo "$stat" >init
# A `down` that was quicker has renamed the folder and not seen this process: end here.
[ "$(pwd -P)" = "$1" ]
echo "$stat"

# The kernel reaps the children that others leave behind, because this one ignores SIGCHLD.
exec env --ignore-signal=CHLD sleep infinity >/dev/null 2>&1
