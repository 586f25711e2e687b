import type { NodeFile } from '../snapshot/node-files.ts';
import { IP_FUNCTIONS } from './ip-questions.ts';

/** Where kube-proxy says of itself which mode it is in, and more. */
const PROXY = 'http://127.0.0.1:10249';

/**
 * Settings of each interface that the walk reads (src/net/routing/sysctl.ts), and those that say who
 * answers for an address, and what becomes of one whose primary goes.
 */
const CONF_4 = [
  'accept_local',
  'arp_announce',
  'arp_filter',
  'arp_ignore',
  'forwarding',
  'ignore_routes_with_linkdown',
  'promote_secondaries',
  'proxy_arp',
  'route_localnet',
  'rp_filter',
  'src_valid_mark',
];
const CONF_6 = ['disable_ipv6', 'forwarding', 'ignore_routes_with_linkdown', 'proxy_ndp'];

const SETTINGS = [
  'net/ipv4/ip_forward',
  'net/ipv4/ip_nonlocal_bind',
  'net/ipv4/ip_local_port_range',
  'net/ipv4/fib_multipath_hash_policy',
  'net/ipv4/vs/conntrack',
  ...CONF_4.map((name) => `net/ipv4/conf/*/${name}`),
  ...CONF_6.map((name) => `net/ipv6/conf/*/${name}`),
  'net/bridge/bridge-nf-call-*',
  'net/netfilter/nf_conntrack_count',
  'net/netfilter/nf_conntrack_max',
  'net/netfilter/nf_conntrack_tcp_be_liberal',
];

/**
 * Shell functions that print a file each, and say on standard error why they cannot. None of them
 * changes the node: a table of iptables-legacy is made by whoever asks for it, and a module is loaded
 * for whoever asks it something, so each is first looked for where looking does nothing.
 */
export const FILE_FUNCTIONS = `absent() { printf 'there is no %s on the node\\n' "$1" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }
# Asking it would load it: so there is nothing in it yet.
unloaded() {
  if [ -d "/sys/module/$1" ]; then return 1; fi
  read -r release </proc/sys/kernel/osrelease
  known=/lib/modules/$release/modules.dep
  [ -f "$known" ] && grep -q "/$1\\.ko" "$known"
}
variant_of() {
  case $("$1" -V 2>/dev/null) in *nf_tables*) echo nft ;; *) echo legacy ;; esac
}
# Sets the program that saves the variant's rules: by its name, else the one without, where it is that.
find_saver() {
  program=
  if has "$1-$2-save"; then program=$1-$2-save
  elif has "$1-save" && [ "$(variant_of "$1-save")" = "$2" ]; then program=$1-save
  fi
}
save_nft() {
  if unloaded nf_tables; then exit 0; fi
  find_saver "$1" nft
  if [ -z "$program" ]; then absent "$1-nft-save"; fi
  bounded 120 "$program"
}
save_legacy() {
  if [ ! -e "$2" ]; then exit 0; fi
  exec <"$2" || exit 1
  if ! read -r _; then exit 0; fi
  find_saver "$1" legacy
  if [ -z "$program" ]; then absent "$1-legacy-save"; fi
  bounded 120 "$program"
}
# Reads nft's list of chains, and prints the tables of which no save of iptables' has the rules, a line
# each. Of those of iptables-nft all base chains have iptables' names, and one without any, such as where only
# kube-proxy's canary is left, is called by nothing; $1 has the families that are saved. It prints \`all\`
# where that is none of them, or where a name is more than a word: nft reads its arguments as one text.
tables_left() {
  awk -v saved="$1" '
    $1 == "table" {
      table = $2 " " $3
      tables[++count] = table
      if (NF != 4 || $3 !~ /^[A-Za-z][A-Za-z0-9_.\\/-]*$/) odd = 1
    }
    $1 == "chain" { chain = $2 }
    / hook / {
      own = chain ~ /^(PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)$/
      own = own && index($0, " hook " tolower(chain) " ") > 0
      if (!own) others[table] = 1
    }
    END {
      for (at = 1; at <= count; at++) {
        table = tables[at]
        split(table, words, " ")
        own = !(table in others) && index(saved, " " words[1] " ") > 0
        if (own && words[2] ~ /^(raw|mangle|filter|nat|security)$/) some = 1
        else left = left table "\\n"
      }
      if (odd || !some) print "all"; else printf "%s", left
    }
  '
}
list_nft() {
  if unloaded nf_tables; then echo '{"nftables": []}'; exit 0; fi
  if ! has nft; then absent nft; fi
  saved=
  find_saver iptables nft
  if [ -n "$program" ]; then saved=' ip '; fi
  find_saver ip6tables nft
  if [ -n "$program" ]; then saved="$saved ip6 "; fi
  tables=$(bounded 60 nft list chains 2>/dev/null | tables_left "$saved") || tables=all
  if [ "$tables" = all ]; then
    bounded 120 nft -j list ruleset
    exit
  fi
  if [ -z "$tables" ]; then exit 0; fi
  printf '%s\\n' "$tables" | while read -r family name; do
    bounded 120 nft -j list table "$family" "$name" </dev/null || exit
  done
}
save_ipsets() {
  if unloaded ip_set; then exit 0; fi
  if ! has ipset; then absent ipset; fi
  bounded 60 ipset save
}
${IP_FUNCTIONS}
# A value that cannot be read is left out.
settings() {
  cd /proc/sys && [ -r net/ipv4/ip_forward ] || exit 1
  grep -Hs '' ${SETTINGS.join(' ')} || true
}
# From /proc: asking the kernel's own way would load modules for it.
listeners() {
  if ! has ss; then absent ss; fi
  PROC_ROOT=/proc
  export PROC_ROOT
  bounded 20 ss -Hlntup
}
fetch() {
  unset http_proxy HTTP_PROXY all_proxy ALL_PROXY
  if has curl; then bounded 5 curl -sS -f -m 2 "$1"
  elif has wget; then bounded 5 wget -q -O - -T 2 "$1"
  else absent 'curl or wget'
  fi
}
# One of these; where that is hidden it may have.
has_interface() {
  for interface; do
    if [ -d "/proc/sys/net/ipv4/conf/$interface" ]; then return 0; fi
  done
  [ ! -d /proc/sys/net/ipv4/conf/lo ]
}
proxy_mode() {
  if [ "$#" -gt 0 ] && ! has_interface "$@"; then
    printf 'not asked: the node has no interface of IPVS or of eBPF programs\\n' >&2
    exit 1
  fi
  answer=$(fetch ${PROXY}/proxyMode 2>&1 | head -c 4096)
  case $answer in
    iptables | nftables | ipvs | userspace) printf '%s\\n' "$answer" ;;
    *) printf '%s: %s\\n' ${PROXY}/proxyMode "$answer" >&2; exit 1 ;;
  esac
}
# Of some hundred gates those that say which addresses are served, and which kube-proxy it is.
proxy_gates() {
  metrics=$(fetch ${PROXY}/metrics) || exit 1
  printf '%s\\n' "$metrics" | grep -e '^kubernetes_feature_enabled{name="AllowServiceExternalIPs"' -e '^kubernetes_build_info{' || true
}
# Of its command line which admission plug-ins are added, and no other word.
apiserver_plugins() {
  processes=$(grep -lsx kube-apiserver /proc/[0-9]*/comm) || true
  if [ -z "$processes" ]; then
    printf 'no kube-apiserver runs on the node\\n' >&2
    exit 1
  fi
  for process in $processes; do
    tr '\\0' '\\n' <"\${process%comm}cmdline" | awk '
      split_up != "" { print split_up "=" $0; split_up = ""; next }
      /^--enable-admission-plugins=/
      /^--enable-admission-plugins$/ { split_up = $0 }
    '
  done
}`;

/** What of a file is printed by a section of its own; the rest comes of `askIp`, and of what is collected anyway. */
export const FILE_COMMANDS: Partial<Record<NodeFile, string>> = {
  'iptables-nft-save.txt': 'save_nft iptables',
  'iptables-legacy-save.txt': 'save_legacy iptables /proc/net/ip_tables_names',
  'ip6tables-nft-save.txt': 'save_nft ip6tables',
  'ip6tables-legacy-save.txt': 'save_legacy ip6tables /proc/net/ip6_tables_names',
  'nft.json': 'list_nft',
  'ipset-save.txt': 'save_ipsets',
  'ip-link.json': 'ip_json -j -d link',
  'sysctl.txt': 'settings',
  'listeners.txt': 'listeners',
  'kube-proxy.txt': 'proxy_mode',
  'kube-proxy-gates.txt': 'proxy_gates',
  'kube-apiserver.txt': 'apiserver_plugins',
};
