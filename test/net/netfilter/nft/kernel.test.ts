import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import { assertSameTables } from './same-tables.ts';

// Every statement that nft 1.0.6 can list, loaded by nft itself in a network namespace of its own.
const RULES = `
ct state != established
ct state != established,related
ct state ! new
ct state { new, established }
ct state new,established
ct state vmap { invalid : drop, established : accept, related : accept }
ct status dnat
ct status != dnat
ct direction reply
ct original ip saddr 1.2.3.4
ct mark & 0x10 == 0x10
ct mark set meta mark
ct zone 5
ct helper "ftp" accept
ct label 5
ct label set 5
ct count over 10 drop
tcp flags syn
tcp flags != syn
tcp flags & (fin|syn|rst|ack) == syn
tcp flags & (fin|syn) == fin|syn
tcp flags ! syn,ack
meta mark & 0xff == 0x10
meta mark & 0x10 != 0
meta mark 5-10
meta mark { 1, 5-9 }
meta mark set 5
meta mark set meta mark & 0xffff0000 | 0x12
meta mark set ct mark & 0xff
meta mark set ip saddr map { 1.2.3.4 : 5, 5.6.7.8 : 6 }
meta mark set jhash ip saddr mod 3
ip daddr . tcp dport { 10.0.0.1 . 80, 10.0.0.0/24 . 90-100 } accept
ip saddr . tcp sport . meta mark { 1.2.3.4 . 1 . 0x1 }
iifname { "eth*", "lo" } drop
iifname . oifname { "lo" . "lo" } accept
iif "lo" accept
meta iifgroup 5
meta oiftype ether
meta cpu 1
meta skuid 0 accept
meta nfproto { ipv4, ipv6 }
meta protocol ip accept
meta pkttype broadcast drop
meta l4proto 47
meta l4proto { tcp, udp } th dport 53 accept comment "a ; b { c"
meta random 5
meta priority set 1:2
meta nftrace set 1
reject
reject with icmp type host-unreachable
reject with icmpx type admin-prohibited
reject with icmpv6 type addr-unreachable
tcp dport 1 reject with tcp reset
limit rate 10/second burst 9 packets accept
limit rate over 10 mbytes/second drop
quota over 25 mbytes drop
update @dyn { ip saddr timeout 10s } accept
add @dyn { ip saddr }
ip saddr @dyn counter name cc drop
ip saddr != { 1.2.3.4, 10.0.0.0/8 } drop
ip saddr & 255.0.255.0 == 10.0.12.0
ip saddr 1.2.3.4 tcp dport vmap { 80 : jump other, 100-200 : drop }
ip daddr . tcp dport vmap @verdicts
ip6 daddr { ::1, fe80::/64 }
ip daddr 224.0.0.0/4 drop
ip dscp cs1 accept
ip ttl < 5 drop
ip frag-off & 0x1fff != 0 drop
ip protocol { tcp, udp } accept
ip6 nexthdr tcp accept
tcp dport @svc
tcp dport != { 22, 80 } drop
tcp dport >= 1024 accept
udp length 10
icmp type echo-request accept
icmp code 3
icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
fib daddr type { local, broadcast } accept
fib daddr . iif type local
fib saddr . iif oif missing drop
fib saddr oifname "eth0"
exthdr hbh exists
rt classid 1
rt ip nexthop 1.2.3.4
socket transparent 1 accept
socket mark 5
osf name "Linux"
frag id 5
ip option ra exists
tcp option maxseg size set 1400
tcp option sack-perm exists
sctp chunk data exists
vlan id 5
ether saddr 00:11:22:33:44:55
@th,16,16 80 accept
@nh,96,32 0x01020304
log prefix "a b" group 2 snaplen 10
numgen random mod 10 < 3 accept
numgen inc mod 2 0 accept
jhash ip saddr mod 2 vmap { 0 : accept, 1 : drop }
symhash mod 2 offset 1 vmap { 1 : accept, 2 : drop }
ip daddr set 1.2.3.4
tcp dport set 80
tcp dport 5 tproxy ip to 127.0.0.1:50080
synproxy mss 1460 wscale 7
notrack
jump other
goto other
return
continue`;

const NAT_RULES = `
dnat ip to 1.2.3.4
ip protocol tcp dnat ip to 1.2.3.4-1.2.3.9:80-90 persistent
dnat ip to ip daddr . tcp dport map @endpoints
ip protocol tcp dnat ip to numgen inc mod 2 map { 0 : 1.2.3.4 . 80, 1 : 5.6.7.8 . 90 }
meta nfproto ipv6 tcp dport 5 dnat ip6 to [fd00::1]:80
tcp dport 6 redirect to :8080-8090 random`;

const SOURCE_RULES = `
masquerade
ip protocol tcp masquerade to :1024-2048 fully-random,persistent
ip protocol tcp snat ip to 1.2.3.4:1000-2000
snat ip prefix to ip saddr map { 10.0.0.0/24 : 20.0.0.0/24 }`;

const RULESET = `table inet t {
  counter cc { }
  set svc { type inet_service; flags interval; elements = { 1-5, 80, 443 comment "tls" }; }
  set dyn { type ipv4_addr; flags dynamic,timeout; timeout 10s; elements = { 1.2.3.4 timeout 1m }; }
  map verdicts {
    type ipv4_addr . inet_service : verdict; flags interval
    elements = { 10.0.0.0/24 . 80-90 comment "c" : drop, 10.0.1.1 . 8 : goto other }
  }
  map endpoints {
    type ipv4_addr . inet_service : ipv4_addr . inet_service
    elements = { 10.0.0.1 . 80 : 10.1.0.1 . 8080 }
  }
  chain other { comment "called"; }
  chain forward { type filter hook forward priority -110; policy drop; }
  chain c {
${RULES}
  }
  chain n { type nat hook prerouting priority dstnat - 5;
${NAT_RULES}
  }
  chain p { type nat hook postrouting priority srcnat + 5;
${SOURCE_RULES}
  }
}
table bridge b {
  chain f { type filter hook forward priority filter; policy drop; }
}
table netdev d {
  chain i { type filter hook ingress device "lo" priority 0; }
}
`;

const SCRIPT =
  'ip link set lo up; nft -f - && nft list ruleset && printf "\\0" && nft -j list ruleset';
const own = { input: RULESET, reject: false } as const;
const listed = await execa('unshare', ['-n', 'sh', '-c', SCRIPT], own);
const missing = /unshare|nft: (command )?not found|Operation not permitted/.test(
  listed.stderr ?? String(listed),
);

test('text and JSON of what the kernel holds read the same', {
  skip: missing && 'no nft here',
}, () => {
  assert.equal(listed.exitCode, 0, listed.stderr);
  const [text = '', json = ''] = listed.stdout.split('\0');
  const count = assertSameTables(text, json);
  assert.equal(count, (RULES + NAT_RULES + SOURCE_RULES).trim().split('\n').length);
});
