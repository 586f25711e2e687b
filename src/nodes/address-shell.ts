/**
 * Shell text about one address, for every script that puts one on a node. It reads `$ip`,
 * `$prefix`, `$family`, `$interface` and `$label`.
 *
 * `places`: where the address is now, one `INTERFACE PREFIX` a line.
 *
 * An IPv6 address is added as deprecated: as the newest of its interface it would else become the
 * source of the node's own connections (RFC 6724 rules 3 and 8; seen on Linux 6.18).
 */
export const ADDRESS = `holders() { bounded 10 ip -o "-$family" addr show to "$ip"; }
places() {
  found=$(holders) || return 1
  printf '%s\\n' "$found" | while read -r _ device _ address _; do
    if [ -n "$address" ]; then printf '%s %s\\n' "$device" "\${address#*/}"; fi
  done
}
add_address() {
  if [ "$family" = 6 ]; then
    bounded 10 ip addr add "$ip/$prefix" dev "$interface" preferred_lft 0
  elif [ -n "$label" ]; then
    bounded 10 ip addr add "$ip/$prefix" dev "$interface" label "$label"
  else
    bounded 10 ip addr add "$ip/$prefix" dev "$interface"
  fi
}
remove_address() { bounded 10 ip addr del "$ip/$prefix" dev "$interface"; }`;

/** How long DAD may take: the kernel waits up to 1 s, then 1 s a try (RFC 4862, dad_transmits 1). */
export const DAD_SECONDS = 10;

/**
 * Shell text: detection of duplicates stays the kernel's own, and is waited for. `tell_neighbours`
 * goes before the add: with ndisc_notify the kernel sends the unsolicited advertisement once
 * detection is over, from the same code that clears the flag (addrconf_dad_completed,
 * net/ipv6/addrconf.c). It is put back when the shell that called it ends. `detect` says what came
 * of it: `unique`, `duplicate` or `tentative`.
 */
export const DETECTION = `notify=/proc/sys/net/ipv6/conf/$interface/ndisc_notify
nap() { sleep 0.2 2>/dev/null || sleep 1; }
put_back() { printf '%s\\n' "$before" >"$notify"; }
tell_neighbours() {
  before=$(cat "$notify" 2>/dev/null)
  if [ "$before" = 0 ]; then
    trap put_back EXIT
    trap 'exit 1' HUP INT TERM PIPE
    printf '1\\n' >"$notify"
  fi
}
detect() {
  read -r began _ </proc/uptime
  while :; do
    state=$(holders) || return 1
    read -r now _ </proc/uptime
    case $state in
      *dadfailed*) echo duplicate && return ;;
      *tentative*)
        if [ $((\${now%.*} - \${began%.*})) -ge ${DAD_SECONDS} ]; then echo tentative && return; fi
        ;;
      *) echo unique && return ;;
    esac
    nap
  done
}`;
