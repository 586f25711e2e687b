import { deepEqual } from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readSave } from '../../../../src/net/netfilter/iptables/read-save.ts';
import type { IpSet, NodeNetwork } from '../../../../src/net/netfilter/node-network.ts';
import type { Answer, Step } from '../../../../src/net/netfilter/rules.ts';
import { unknownAddress } from '../../../../src/net/netfilter/unknown-address.ts';
import { ip, node, packet } from '../packets.ts';

type Changes = Parameters<typeof packet>[0];

function stepsOf(words: string, family: 4 | 6 = 4): readonly Step[] {
  const { tables } = readSave(`*filter\n-A FORWARD ${words}\nCOMMIT\n`, { family });
  return tables[0]?.chain('FORWARD')?.rule(0).steps ?? [];
}

/** `yes`, `no`, or what is asked; shares in percent for balancing. */
function ask(words: string, changes: Changes = {}, known: Partial<NodeNetwork> = {}): string {
  const sent = packet(changes);
  let now = sent;
  for (const step of stepsOf(words, sent.family)) {
    const answer = step(now, node(known));
    if (typeof answer === 'object' && answer.kind === 'change') now = answer.packet;
    else if (answer !== true) return show(answer);
  }
  return 'yes';
}

function show(answer: Answer): string {
  if (typeof answer === 'boolean') return answer ? 'yes' : 'no';
  if (answer.kind !== 'fork') return answer.kind;
  const ends = answer.branches.map(({ gives }) => show(gives)).join('|');
  const shares = answer.branches.map(({ share }) => Math.round((share ?? 0) * 100)).join('|');
  return answer.question ? `${answer.question.text}? ${ends}` : `${shares} ${ends}`;
}

function table(cases: readonly [string, Changes, string, Partial<NodeNetwork>?][]): void {
  for (const [words, changes, expected, known] of cases) {
    const what = JSON.stringify(changes, (key, value) =>
      /^(original|reply)$/.test(key) ? '…' : value,
    );
    test(`${words} ${what === '{}' ? '' : what} → ${expected}`, () => {
      deepEqual(ask(words, changes, known), expected);
    });
  }
}

suite('addresses, interfaces, protocol', () => {
  table([
    ['-d 10.22.0.0/32', {}, 'yes'],
    ['-d 10.22.0.0', {}, 'yes'],
    ['-d 10.22.0.1/32', {}, 'no'],
    ['! -d 10.22.0.1/32', {}, 'yes'],
    ['-d ! 10.22.0.1', {}, 'yes'],
    ['-s 203.0.113.0/24', {}, 'yes'],
    ['-s 203.0.113.0/255.255.255.0', {}, 'yes'],
    ['-s 203.0.7.9/255.255.0.255', {}, 'yes'],
    ['-s 203.0.7.8/255.255.0.255', {}, 'no'],
    ['-s 0.0.0.0/0', {}, 'yes'],
    ['--source 10.0.0.1,203.0.113.9', {}, 'yes'],
    ['-s fd00::/64', { source: 'fd00::1', destination: 'fd00:1::2' }, 'yes'],
    ['-d fd00::/64', { source: 'fd00::1', destination: 'fd00:1::2' }, 'no'],
    ['-i eth0', {}, 'yes'],
    ['-i eth', {}, 'no'],
    ['-i eth+', {}, 'yes'],
    ['! -i eth+', {}, 'no'],
    ['-i +', { inInterface: null }, 'yes'],
    ['! -i +', { inInterface: null }, 'no'],
    ['-i eth0', { inInterface: null }, 'no'],
    ['! -i eth0', { inInterface: null }, 'yes'],
    ['-i cali+', { inInterface: undefined }, 'comes in on cali+? yes|no'],
    ['! -i cali+', { inInterface: undefined }, 'comes in on cali+? no|yes'],
    ['-o eth0', { outInterface: undefined }, 'leaves on eth0? yes|no'],
    // From elsewhere and to elsewhere is not over lo, whichever interface it is.
    ['-i lo', { inInterface: undefined }, 'no'],
    ['! -o lo', { outInterface: undefined }, 'yes'],
    ['-p tcp', {}, 'yes'],
    ['-p 6', {}, 'yes'],
    ['-p TCP', {}, 'yes'],
    ['-p all', {}, 'yes'],
    ['-p gre', {}, 'no'],
    ['! -p udp', {}, 'yes'],
    ['-p ipv6-icmp', { source: '::2', destination: '::3', protocol: 'icmpv6' }, 'yes'],
    ['-f', {}, 'no'],
    ['! -f', {}, 'yes'],
  ]);
});

suite('tcp, udp, sctp, multiport', () => {
  table([
    ['-p tcp -m tcp --dport 80', {}, 'yes'],
    ['-p tcp --dport 80', {}, 'yes'],
    ['-m tcp -p tcp --dport=80', {}, 'yes'],
    ['-p tcp -m comment --comment "web" --dport 81', {}, 'no'],
    ['-p tcp -m tcp ! --dport 80', {}, 'no'],
    ['-p tcp -m tcp --dport ! 80', {}, 'no'],
    ['-p tcp -m tcp --dport 79:', {}, 'yes'],
    ['-p tcp -m tcp --dport :79', {}, 'no'],
    ['-p tcp -m tcp', {}, 'yes'],
    ['-p udp -m udp --dport 80', {}, 'no'],
    ['-p udp -m udp --dport 80', { protocol: 'udp' }, 'yes'],
    ['-p sctp -m sctp --sport 40000', { protocol: 'sctp' }, 'yes'],
    [
      '-p tcp -m tcp --sport 1024:65535',
      { sourcePort: undefined },
      'has the source port 1024-65535? yes|no',
    ],
    ['-p tcp -m tcp ! --sport 53', { sourcePort: undefined }, 'has the source port 53? no|yes'],
    ['-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN', {}, 'yes'],
    ['-p tcp --syn', { leg: 'reply' }, 'no'],
    ['-p tcp -m tcp --tcp-flags SYN,ACK SYN,ACK', { leg: 'reply' }, 'yes'],
    ['-p tcp -m tcp --tcp-flags ALL NONE', {}, 'no'],
    ['-p tcp -m tcp --tcp-flags RST RST', { leg: 'refusal' }, 'yes'],
    ['-p tcp -m tcp --dport http', {}, 'yes'],
    ['-p tcp --dport ssh:telnet', {}, 'no'],
    ['-p tcp -m multiport --dports 22,80', {}, 'yes'],
    ['-p tcp -m multiport --dports ssh,http', {}, 'yes'],
    ['-p tcp -m multiport ! --dports 22,80', {}, 'no'],
    ['-p tcp -m multiport --dports 22,79:81', {}, 'yes'],
    ['-p tcp -m multiport --ports 40000', {}, 'yes'],
    [
      '-p tcp -m multiport --sports 53',
      { sourcePort: undefined },
      'has the source port 53? yes|no',
    ],
    ['-p tcp -m multiport --ports 80', { sourcePort: undefined }, 'yes'],
  ]);
});

const refused = (refusedWith: string): Changes => ({
  ...{ protocol: 'icmp', leg: 'refusal' },
  refusedWith,
});

suite('an address of the node that is not known', () => {
  const asks: Readonly<Record<string, string>> = {
    '-s 10.0.0.0/8': 'comes from 10.0.0.0/8? yes|no',
    '! -s 10.0.0.0/8': 'comes from 10.0.0.0/8? no|yes',
    '-m iprange --src-range 10.0.0.1-10.0.0.9': 'comes from 10.0.0.1-10.0.0.9? yes|no',
    '-m set --match-set S src': 'an address of this node (src) is in the ipset S? yes|no',
    '-m addrtype --src-type LOCAL': 'yes',
    '-d 10.22.0.0/32': 'yes',
  };
  for (const [words, expected] of Object.entries(asks)) {
    test(`${words}: ${expected}`, () => {
      const S: IpSet = { name: 'S', type: 'hash:ip', family: 4, elements: ['10.0.0.1'] };
      const ipsets = new Map([['S', S]]);
      deepEqual(ask(words, { source: unknownAddress(4) }, { ipsets }), expected);
    });
  }
});

suite('icmp, iprange', () => {
  table([
    ['-p icmp -m icmp --icmp-type 8', { protocol: 'icmp' }, 'yes'],
    ['-p icmp -m icmp --icmp-type 3/4', { protocol: 'icmp' }, 'no'],
    ['-p icmp -m icmp --icmp-type any', { protocol: 'icmp' }, 'yes'],
    ['-p icmp --icmp-type echo-reply', { protocol: 'icmp', leg: 'reply' }, 'yes'],
    ['-p icmp --icmp-type 3', refused('icmp-port-unreachable'), 'yes'],
    ['-p icmp --icmp-type 3/1', refused('icmp-port-unreachable'), 'no'],
    ['-p icmp --icmp-type 3/13', refused('icmp-admin-prohibited'), 'yes'],
    [
      '-p ipv6-icmp -m icmp6 --icmpv6-type 134',
      { protocol: 'icmpv6', source: '::2', destination: '::3' },
      'no',
    ],
    ['-m iprange --src-range 203.0.113.1-203.0.113.9', {}, 'yes'],
    ['-m iprange ! --dst-range 10.22.0.0-10.22.0.5', {}, 'no'],
  ]);
});

suite('marks', () => {
  table([
    ['-m mark --mark 0x4000/0x4000', { mark: 0xc000 }, 'yes'],
    ['-m mark ! --mark 0x4000/0x4000', { mark: 0xc000 }, 'no'],
    ['-m mark --mark 0x4000', { mark: 0xc000 }, 'no'],
    ['-m mark --mark 0x80000000/0x80000000', { mark: 0x80000000 }, 'yes'],
    ['-m mark --mark 0x0/0x10000', { mark: 0x4000 }, 'yes'],
    [
      '-m connmark --mark 0x0',
      { connection: { state: 'none' }, template: { replyZone: 1 } },
      'matches -m connmark --mark 0x0? yes|no',
    ],
    ['-m connmark --mark 0x1', { connection: { mark: 1 } }, 'yes'],
    ['-m connmark ! --mark 0x1', { connection: { mark: 1, state: 'none' } }, 'no'],
  ]);
});

const interfaces = [
  {
    name: 'lo',
    up: true,
    loopback: true,
    addresses: [{ ip: ip('127.0.0.1'), prefix: 8, scope: 'host' }],
  },
  {
    name: 'eth0',
    up: true,
    loopback: false,
    addresses: [
      { ip: ip('10.22.0.5'), prefix: 24, scope: 'global' },
      { ip: ip('fd00::5'), prefix: 64, scope: 'global' },
    ],
  },
];

suite('addrtype', () => {
  const v6 = { source: 'fd00::1', destination: 'fd00::5' };
  table([
    ['-m addrtype --dst-type LOCAL', { destination: '10.22.0.5' }, 'yes', { interfaces }],
    ['-m addrtype --dst-type LOCAL', { destination: '10.22.0.6' }, 'no', { interfaces }],
    ['-m addrtype ! --dst-type LOCAL', { destination: '10.22.0.6' }, 'yes', { interfaces }],
    ['-m addrtype --dst-type LOCAL', { destination: '127.9.9.9' }, 'yes', { interfaces }],
    ['-m addrtype --dst-type LOCAL', { destination: '127.9.9.9' }, 'yes'],
    ['-m addrtype --dst-type BROADCAST', { destination: '10.22.0.255' }, 'yes', { interfaces }],
    ['-m addrtype --dst-type BROADCAST', { destination: '255.255.255.255' }, 'yes'],
    ['-m addrtype --dst-type MULTICAST', { destination: '224.0.0.1' }, 'yes'],
    [
      '-m addrtype --dst-type UNICAST,BROADCAST',
      { destination: '10.22.0.5' },
      'no',
      { interfaces },
    ],
    [
      '-m addrtype --src-type LOCAL --limit-iface-in',
      { source: '127.0.0.1' },
      'no',
      { interfaces },
    ],
    ['-m addrtype --dst-type LOCAL', {}, '10.22.0.0 is an address of this node? yes|no'],
    ['-m addrtype ! --dst-type LOCAL', {}, '10.22.0.0 is an address of this node? no|yes'],
    ['-m addrtype --dst-type BROADCAST', {}, 'the address type of 10.22.0.0 is broadcast? yes|no'],
    ['-m addrtype --dst-type LOCAL', v6, 'yes', { interfaces }],
    ['-m addrtype --src-type LOCAL', v6, 'no', { interfaces }],
    // In IPv6 an address has to be all of what is named.
    ['-m addrtype --src-type LOCAL,UNICAST', v6, 'no', { interfaces }],
    ['-m addrtype --dst-type LOCAL,UNICAST', v6, 'yes', { interfaces }],
    ['-m addrtype ! --src-type LOCAL', v6, 'fd00::1 is an address of this node? no|yes'],
    ['-m addrtype --dst-type UNSPEC', v6, 'no'],
  ]);

  test('the local table says more than addresses do', () => {
    const route = {
      table: 'local',
      type: 'local',
      destination: { ip: ip('10.99.0.0'), prefix: 24 },
      hops: [{ gateway: null, device: 'lo', weight: 1, fault: null }],
      typeOfService: null,
      preferredSource: null,
      metric: 0,
    };
    const known = { interfaces, routes: [route] };
    deepEqual(ask('-m addrtype --dst-type LOCAL', { destination: '10.99.0.7' }, known), 'yes');
    deepEqual(ask('-m addrtype --dst-type LOCAL', { destination: '10.98.0.7' }, known), 'no');
  });
});

const ofRefused: Changes = {
  leg: 'refusal',
  inInterface: null,
  connection: { state: 'related', direction: 'reply' },
};

suite('conntrack and state', () => {
  const none = { connection: { state: 'none' } } as const;
  const original = {
    protocol: 'tcp' as const,
    source: ip('203.0.113.9'),
    sourcePort: 40000,
    destination: ip('198.51.100.1'),
    destinationPort: 8080,
  };
  const reply = {
    protocol: 'tcp',
    source: ip('10.22.0.0'),
    sourcePort: 80,
    destination: ip('203.0.113.9'),
    destinationPort: 40000,
  } as const;
  const afterDnat = { connection: { original, reply, dnat: true } } as const;
  table([
    ['-m conntrack --ctstate NEW', {}, 'yes'],
    ['-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT', {}, 'yes'],
    ['-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT', afterDnat, 'no'],
    ['-m conntrack --ctstate INVALID', none, 'yes'],
    ['-m conntrack --ctstate UNTRACKED', { connection: { state: 'untracked' } }, 'yes'],
    ['-m conntrack --ctstate INVALID --ctorigdst 1.1.1.1', none, 'yes'],
    ['-m conntrack ! --ctorigdst 1.1.1.1', none, 'no'],
    ['-m conntrack --ctorigdst 198.51.100.1', afterDnat, 'yes'],
    ['-m conntrack --ctorigdstport 8080', afterDnat, 'yes'],
    ['-m conntrack --ctreplsrc 10.22.0.0', afterDnat, 'yes'],
    ['-m conntrack --ctrepldst 203.0.113.0/24', afterDnat, 'yes'],
    ['-m conntrack --ctreplsrcport 80', afterDnat, 'yes'],
    ['-m conntrack --ctorigsrc 10.0.0.1', {}, 'matches --ctorigsrc 10.0.0.1? yes|no'],
    ['-m conntrack --ctdir REPLY', {}, 'no'],
    ['-m conntrack --ctproto 6', {}, 'yes'],
    // REJECT's ICMP error is of the connection that it refuses.
    ['-m conntrack --ctproto tcp', { protocol: 'icmp', connection: { original } }, 'yes'],
    ['-m conntrack --ctproto icmp', { protocol: 'icmp', connection: { original } }, 'no'],
    ['-m conntrack --ctstatus CONFIRMED', {}, 'no'],
    ['-m conntrack --ctstatus CONFIRMED,SEEN_REPLY,ASSURED,EXPECTED', ofRefused, 'no'],
    ['-m conntrack --ctstatus CONFIRMED', { connection: { confirmed: true } }, 'yes'],
    [
      '-m conntrack --ctstatus SEEN_REPLY',
      { connection: { state: 'established', direction: 'reply' } },
      'yes',
    ],
    [
      '-m conntrack --ctstatus ASSURED',
      { connection: { state: 'established' } },
      'the connection is ASSURED? yes|no',
    ],
    ['-m conntrack --ctexpire 3', {}, 'matches --ctexpire 3? yes|no'],
    ['-m state --state NEW,RELATED', {}, 'yes'],
    ['-m state --state INVALID', none, 'yes'],
  ]);
});

suite('statistic', () => {
  table([
    ['-m statistic --mode random --probability 0.50000000000', {}, '50|50 yes|no'],
    ['-m statistic --mode random ! --probability 0.25000000000', {}, '75|25 yes|no'],
    ['-m statistic --mode random --probability 1', {}, 'yes'],
    ['-m statistic --mode nth --every 5 --packet 2', {}, '20|80 yes|no'],
    ['-m statistic --mode nth ! --every 5 --packet 0', {}, '80|20 yes|no'],
    ['-m statistic --mode nth --every 1', {}, 'yes'],
  ]);
});

function ipset(type: string, elements: string[], name = 'S'): Partial<NodeNetwork> {
  const set: IpSet = { name, type, family: 4, elements };
  return { ipsets: new Map([[name, set]]) };
}

suite('set', () => {
  const list = {
    ipsets: new Map<string, IpSet>([
      ['L', { name: 'L', type: 'list:set', family: null, elements: ['A', 'B'] }],
      ['A', { name: 'A', type: 'hash:ip', family: 4, elements: ['10.0.0.1'] }],
      ['B', { name: 'B', type: 'hash:net', family: 4, elements: ['10.22.0.0/16'] }],
    ]),
  };
  const dst = '-m set --match-set S dst';
  table([
    [dst, {}, 'yes', ipset('hash:ip', ['10.22.0.0'])],
    [dst, {}, 'no', ipset('hash:ip', ['10.22.0.1'])],
    ['-m set ! --match-set S dst', {}, 'yes', ipset('hash:ip', [])],
    [dst, {}, 'yes', ipset('hash:net', ['0.0.0.0/1', '128.0.0.0/1'])],
    [dst, {}, 'no', ipset('hash:net', ['10.0.0.0/8', '10.22.0.0/24 nomatch'])],
    [dst, {}, 'yes', ipset('hash:net', ['10.0.0.0/8 nomatch', '10.22.0.0/24 timeout 30'])],
    [`${dst},dst`, {}, 'yes', ipset('hash:ip,port', ['10.22.0.0,tcp:80'])],
    [`${dst},dst`, {}, 'no', ipset('hash:ip,port', ['10.22.0.0,udp:80'])],
    [`${dst},dst`, {}, 'no', ipset('hash:ip,port', ['10.22.0.0,icmp:echo-request'])],
    [dst, {}, 'yes', ipset('hash:net', ['10.22.0.0/16 comment "a nomatch b"'])],
    [
      '-m set --match-set S src,dst,src',
      {},
      'yes',
      ipset('hash:ip,port,ip', ['203.0.113.9,tcp:80,203.0.113.9']),
    ],
    [
      '-m set --match-set S dst,dst,src',
      {},
      'yes',
      ipset('hash:ip,port,net', ['10.22.0.0,tcp:80,203.0.113.0/24']),
    ],
    [
      '-m set --match-set S src,dst',
      {},
      'yes',
      ipset('hash:net,net', ['203.0.0.0/16,10.22.0.0/16']),
    ],
    ['-m set --match-set S src,src', {}, 'yes', ipset('hash:net,iface', ['203.0.0.0/16,eth0'])],
    ['-m set --match-set S src,src', {}, 'no', ipset('hash:net,iface', ['203.0.0.0/16,eth1'])],
    [dst, {}, 'yes', ipset('bitmap:port', ['22', '80'])],
    [dst, { protocol: 'sctp' }, 'no', ipset('bitmap:port', ['22', '80'])],
    [dst, {}, 'no', ipset('hash:ip,port', ['10.22.0.0,tcp:80'])],
    ['-m set --match-set L dst', {}, 'yes', list],
    [dst, {}, '10.22.0.0 (dst) is in the ipset S? yes|no'],
    ['-m set ! --match-set S src', {}, '203.0.113.9 (src) is in the ipset S? no|yes'],
    [
      '-m set --match-set S dst,src',
      { sourcePort: undefined },
      '10.22.0.0,203.0.113.9 (dst,src) is in the ipset S? yes|no',
      ipset('hash:ip,port', ['10.22.0.0,tcp:80']),
    ],
    [
      '-m set --match-set S dst,src',
      { sourcePort: undefined },
      'no',
      ipset('hash:ip,port', ['10.0.0.1,tcp:80']),
    ],
    [
      dst,
      {},
      '10.22.0.0 (dst) is in the ipset S? yes|no',
      ipset('hash:mac', ['42:01:02:03:04:05']),
    ],
  ]);
});

suite('recent, physdev, rpfilter, owner', () => {
  const bridged = { physicalIn: 'veth1', physicalOut: 'veth2' };
  table([
    ['-m recent --set --name A', {}, 'yes'],
    [
      '-m recent --rcheck --seconds 10800 --reap --name A',
      {},
      '203.0.113.9 was seen by the recent list A within 10800 s? yes|no',
    ],
    [
      '-m recent ! --rcheck --name A --rdest',
      {},
      '10.22.0.0 was seen by the recent list A? no|yes',
    ],
    ['-m physdev --physdev-is-in', {}, 'no'],
    ['-m physdev --physdev-is-in ! --physdev-in veth2', bridged, 'yes'],
    ['-m physdev ! --physdev-is-in', {}, 'yes'],
    ['-m physdev ! --physdev-is-in', bridged, 'no'],
    ['-m physdev --physdev-in veth+ --physdev-is-bridged', bridged, 'yes'],
    ['-m physdev ! --physdev-out veth2', {}, 'yes'],
    ['-m physdev ! --physdev-out veth3', { physicalIn: 'veth1' }, 'no'],
    ['-m physdev ! --physdev-out veth3', bridged, 'yes'],
    ['-m physdev ! --physdev-out veth2', bridged, 'no'],
    [
      '-m physdev --physdev-is-bridged',
      { physicalIn: 'veth1', physicalOut: undefined },
      'leaves on the bridge port (any)? yes|no',
    ],
    [
      '-m physdev ! --physdev-out veth3',
      { physicalIn: 'veth1', physicalOut: undefined },
      'leaves on the bridge port (any)? leaves on the bridge port veth3? no|yes|no',
    ],
    [
      '-m physdev --physdev-is-in',
      { physicalIn: undefined },
      'does not come in by a port of a bridge? no',
    ],
    ['-m rpfilter', { inInterface: 'lo' }, 'yes'],
    ['-m rpfilter --invert', { inInterface: 'lo' }, 'no'],
    ['-m rpfilter --validmark --invert', {}, '203.0.113.9 is reached through eth0? no|yes'],
    ['-m owner --uid-owner 0', {}, 'no'],
    ['-m owner --uid-owner 0', { inInterface: undefined }, 'no'],
    ['-m owner --uid-owner 0', refused('icmp-port-unreachable'), 'no'],
    ['-m owner --socket-exists', refused('icmp-port-unreachable'), 'yes'],
    ['-m owner --socket-exists', { leg: 'refusal', refusedWith: 'tcp-reset' }, 'no'],
    ['-m owner ! --uid-owner 0', {}, 'yes'],
    ['-m owner --uid-owner 0', { inInterface: null }, 'matches -m owner --uid-owner 0? yes|no'],
  ]);
});

suite('rpfilter with the node’s routes', () => {
  const route = (prefix: string, length: number, device: string, type = 'unicast') => ({
    table: type === 'local' ? 'local' : 'main',
    type,
    destination: { ip: ip(prefix), prefix: length },
    hops: [{ gateway: null, device, weight: 1, fault: null }],
    typeOfService: null,
    preferredSource: null,
    metric: 0,
  });
  const routes = [
    route('0.0.0.0', 0, 'eth0'),
    route('10.244.0.0', 16, 'cali1'),
    route('10.22.0.5', 32, 'eth0', 'local'),
  ];
  table([
    ['-m rpfilter', {}, 'yes', { routes }],
    ['-m rpfilter --invert', {}, 'no', { routes }],
    ['-m rpfilter', { source: '10.244.0.1' }, 'no', { routes }],
    ['-m rpfilter --loose', { source: '10.244.0.1' }, 'yes', { routes }],
    ['-m rpfilter', { source: '10.22.0.5' }, 'no', { routes }],
    ['-m rpfilter', {}, 'no', { routes: routes.slice(1) }],
    [
      '-m rpfilter --validmark',
      { inInterface: undefined },
      '203.0.113.9 is reached through the interface it comes in on? yes|no',
      { routes },
    ],
  ]);
});

suite('what is not modelled is asked for by its text', () => {
  for (const words of [
    '-m limit --limit 1/sec --limit-burst 5',
    '-m hashlimit --hashlimit-above 1/sec --hashlimit-mode srcip --hashlimit-name x',
    '-m string --string "a b" --algo bm',
    '-m ttl --ttl-eq 1',
    '-m set --match-set S src --return-nomatch',
    '-m nobody-knows --such-a thing',
  ]) {
    table([[words, {}, `matches ${words}? yes|no`]]);
  }
  table([
    ['-d 10.1.1.1.1/32', {}, 'matches -d 10.1.1.1.1/32? yes|no'],
    ['-p tcp -m tcp --dport nobody', {}, 'matches -m tcp --dport nobody? yes|no'],
  ]);
});
