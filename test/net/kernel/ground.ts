import { execa } from 'execa';
import { ipSets } from './ipsets.ts';
import {
  type Addresses,
  addresses,
  bridgeMac,
  clientPorts,
  type Family,
  farMac,
  type Host,
  hosts,
  links,
  nearMac,
  nodeAddresses,
  observer,
  pods,
  serverPorts,
} from './topology.ts';
import { startWire, type Wire } from './wire.ts';

/** The namespaces with everything in them that stays the same from case to case. */
export interface Ground extends AsyncDisposable {
  wire: Wire;
  /** Runs a program in a namespace: its standard output; an error with its standard error. */
  run(host: Host, argv: readonly string[], input?: string): Promise<string>;
}

/**
 * Builds the ground. It ends with the process that the wire is, whatever happens to this one; no
 * name and no file of it is left.
 */
export async function makeGround(): Promise<Ground> {
  const wire = await startWire(hosts);
  const run = async (host: Host, [program = '', ...args]: readonly string[], input = '') => {
    const { stdout } = await execa('nsenter', [`--net=${wire.paths[host]}`, program, ...args], {
      input,
      stripFinalNewline: false,
      // iptables-legacy takes a lock that is the machine's, whichever namespace it is in.
      env: { XTABLES_LOCKFILE: '/dev/null' },
    });
    return stdout;
  };
  const ground = { wire, run, [Symbol.asyncDispose]: () => wire.end() };
  try {
    await connect(ground);
    await openSockets(wire);
    return ground;
  } catch (error) {
    await wire.end();
    throw error;
  }
}

async function connect({ wire, run }: Ground): Promise<void> {
  for (const host of hosts) await wire.setSysctls(host, calm);
  for (const link of links) {
    await run('node', ['ip', '-batch', '-'], cable(link, wire.paths[link.host]));
  }
  await run('node', ['ip', '-batch', '-'], nodeLinks());
  for (const family of [4, 6] as const) {
    await run('node', ['ip', `-${family}`, '-batch', '-'], nodeFamily(family));
  }
  await wire.setSysctls('node', {
    'net/ipv4/ip_forward': '1',
    'net/ipv6/conf/all/forwarding': '1',
  });
  await run('ext', ['ip', '-batch', '-'], 'link set eth0 up\nlink set eth1 up\n');
  for (const pod of pods) {
    await run(pod, ['ip', '-batch', '-'], 'link set lo up\nlink set eth0 up\n');
    for (const family of [4, 6] as const) {
      await run(pod, ['ip', `-${family}`, '-batch', '-'], podFamily(pod, family));
    }
    await run(pod, ['nft', '-f', '-'], nobodyHome);
  }
  await run('node', ['nft', '-f', '-'], observer);
  await run('node', ['ipset', 'restore'], ipSets);
}

/**
 * No packet but those that cases send may meet a rule: no address resolution (all neighbours are
 * entered by hand), no duplicate address detection, no router solicitation, no redirect, one
 * SYN-ACK only, and no limit on ICMP.
 */
const calm = {
  'net/ipv4/conf/all/send_redirects': '0',
  'net/ipv4/conf/default/send_redirects': '0',
  'net/ipv4/icmp_ratelimit': '0',
  'net/ipv4/tcp_synack_retries': '0',
  'net/ipv6/icmp/ratelimit': '0',
  'net/ipv6/conf/default/accept_ra': '0',
  'net/ipv6/conf/default/accept_dad': '0',
  'net/ipv6/conf/default/router_solicitations': '0',
  'net/ipv6/conf/default/addr_gen_mode': '1',
};

function cable(link: (typeof links)[number], farNamespace: string): string {
  return `
link add ${link.name} address ${nearMac(link)} type veth peer name ${link.far} address ${farMac(link)} netns ${farNamespace}
`;
}

function nodeLinks(): string {
  const lines = [
    `link add br0 address ${bridgeMac} type bridge mcast_snooping 0`,
    'link set lo up',
    'link set br0 up',
  ];
  for (const { name, bridge } of links) {
    if (bridge) lines.push(`link set ${name} master ${bridge}`);
    lines.push(`link set ${name} up`);
  }
  return `${lines.join('\n')}\n`;
}

function nodeFamily(family: Family): string {
  const { node, routes, rules, clients, pods: podAddresses } = addresses[family];
  const lines: string[] = [];
  for (const [device, all] of Object.entries(node)) {
    for (const address of all) lines.push(`address add ${address} dev ${device}`);
  }
  for (const route of routes) lines.push(`route add ${route}`);
  for (const rule of rules) lines.push(`rule add ${rule}`);
  for (const link of links) {
    const neighbours =
      link.host === 'ext'
        ? clients[link.name as keyof Addresses['clients']]
        : [podAddresses[link.host as keyof Addresses['pods']]];
    const device = link.bridge ?? link.name;
    for (const address of neighbours) {
      lines.push(`neighbour replace ${address} lladdr ${farMac(link)} nud permanent dev ${device}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function podFamily(pod: (typeof pods)[number], family: Family): string {
  const link = links.find(({ host }) => host === pod) as (typeof links)[number];
  const gatewayMac = link.bridge ? bridgeMac : nearMac(link);
  const { pods: its, podGateway } = addresses[family];
  return `
address add ${its[pod]}/${family === 4 ? 32 : 128} dev eth0
neighbour replace ${podGateway} lladdr ${gatewayMac} nud permanent dev eth0
route add default via ${podGateway} dev eth0 ${family === 4 ? 'onlink' : ''}
`;
}

/**
 * Clients are not processes: what comes for them must not be answered by a kernel that knows none.
 * Nor does any server speak SCTP.
 */
const nobodyHome = `
table inet quiet {
  chain in {
    type filter hook prerouting priority -1000; policy accept;
    meta l4proto { tcp, udp } th dport >= ${clientPorts} drop
    meta l4proto sctp drop
  }
}`;

async function openSockets(wire: Wire): Promise<void> {
  for (const link of links) {
    await wire.open({
      kind: 'link',
      name: link.name,
      namespace: link.host,
      interface: link.far,
      peer: link.bridge ? bridgeMac : nearMac(link),
    });
  }
  for (const family of [4, 6] as const) {
    const any = family === 4 ? '0.0.0.0' : '::';
    for (const protocol of [6, 17, 132, family === 4 ? 1 : 58]) {
      await wire.open({
        kind: 'raw',
        name: `node ${family} ${protocol}`,
        namespace: 'node',
        address: any,
        protocol,
      });
    }
    for (const address of nodeAddresses(family)) {
      await wire.open({ kind: 'send', name: `node ${address}`, namespace: 'node', address });
      await listen(wire, 'node', 'udp', address);
    }
    await listen(wire, 'node', 'tcp', any);
    for (const pod of pods) {
      await listen(wire, pod, 'tcp', any);
      await listen(wire, pod, 'udp', addresses[family].pods[pod]);
    }
  }
}

async function listen(wire: Wire, namespace: Host, kind: 'tcp' | 'udp', address: string) {
  for (const port of serverPorts) {
    await wire.open({
      kind,
      name: `${namespace} ${kind} ${address} ${port}`,
      namespace,
      address,
      port,
    });
  }
}
