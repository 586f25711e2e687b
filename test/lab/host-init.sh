#!/bin/sh
# The first process of a host, in fresh network, mount, UTS, IPC and PID namespaces: makes the
# machine's file system the host's own. Nothing written in the host reaches the machine, and all of
# it is gone when the host is.
# Usage: host-init.sh HOSTNAME DISK-DIRECTORY [SOURCE:TARGET]...
# Each SOURCE on the machine appears read-only in the host as /mnt/TARGET.
set -eu

# /proc is still the machine's, so these are the process id and start time as the machine sees them.
read -r stat </proc/self/stat
hostname "$1"
disk=$2
shift 2

# The host's disk: what it writes goes here, so that it can also be full.
mount -t tmpfs -o mode=0755,size=1g disk "$disk"
for bind in "$@"; do
  source=${bind%%:*}
  target=$disk/${bind#*:}
  if [ -d "$source" ]; then
    mkdir -p "$target"
  else
    mkdir -p "${target%/*}"
    : >"$target"
  fi
  mount --bind -o ro "$source" "$target"
done
for folder in etc var usr; do
  mkdir -p "$disk/.$folder/upper" "$disk/.$folder/work"
  mount -t overlay -o "lowerdir=/$folder,upperdir=$disk/.$folder/upper,workdir=$disk/.$folder/work" \
    overlay "/$folder"
done
mount --move "$disk" /mnt
# etcd has a disk of its own, as its manual asks for: where the node's is full, the cluster goes on.
mkdir -p /var/lib/etcd
mount -t tmpfs -o mode=0700,size=1g etcd /var/lib/etcd

# What must not be seen of the machine: homes, running services, temporary files.
for folder in root home run tmp; do
  mount -t tmpfs -o mode=0755,size=1g tmpfs "/$folder"
done
chmod 0700 /root
chmod 1777 /tmp
mount -t proc proc /proc
mount -t sysfs -o ro sysfs /sys
for folder in kernel vm fs; do
  mount --bind -o ro "/proc/sys/$folder" "/proc/sys/$folder"
done
[ ! -e /proc/sysrq-trigger ] || mount --bind -o ro /proc/sysrq-trigger /proc/sysrq-trigger
mount -o remount,bind,ro /

echo "$stat"
# The kernel reaps the children that others leave behind, because this one ignores SIGCHLD.
exec env --ignore-signal=CHLD sleep infinity >/dev/null 2>&1
