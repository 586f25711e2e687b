import { execa } from 'execa';
import { run } from './exec.ts';
import type { ProcessIdentity } from './process.ts';
import { type Host, hostsOf, type Scenario } from './scenario.ts';
import type { HostState } from './state.ts';

/** Makes a bridge for each of the scenario's networks, in the lab's own network namespace. */
export async function createNetworks(lab: ProcessIdentity, networks: string[]): Promise<void> {
  const commands = networks.flatMap((network) => [
    `link add ${network} type bridge mcast_snooping 0`,
    `link set ${network} up`,
  ]);
  await ipBatch(['nsenter', '-t', String(lab.pid), '-n'], ['link set lo up', ...commands]);
}

/** Plugs a host's interfaces into their networks and gives it its addresses and routes. */
export async function connectHost(
  lab: ProcessIdentity,
  scenario: Scenario,
  host: Host,
  state: HostState,
): Promise<void> {
  const index = hostsOf(scenario).indexOf(host);
  const cables = host.interfaces.flatMap(({ name, network }, port) => {
    const end = `veth${index}-${port}`;
    return [
      `link add ${end} type veth peer name ${name} netns ${state.init.pid}`,
      `link set ${end} master ${network} alias ${host.name} up`,
    ];
  });
  await ipBatch(['nsenter', '-t', String(lab.pid), '-n'], cables);

  const forwards = state.role === 'node' || state.role === 'router';
  // Before the interfaces are up, so that they take the defaults over.
  await run(state, [
    'sysctl',
    '-qw',
    `net.ipv4.ip_forward=${Number(forwards)}`,
    `net.ipv6.conf.all.forwarding=${Number(forwards)}`,
    'net.ipv4.conf.all.rp_filter=0',
    'net.ipv4.conf.default.rp_filter=0',
  ]);
  await configure(state, [
    'link set lo up',
    ...host.interfaces.flatMap(({ name, addresses }) => [
      `link set ${name} up`,
      ...addresses.map((address) => `addr add ${address} ${broadcast(address)} dev ${name}`),
    ]),
    ...(host.routes ?? []).map(({ to, via }) => `route add ${to} via ${via}`),
  ]);
}

/** Runs `ip` commands in a host's network namespace; process ids in them are the machine's. */
export async function configure(state: HostState, commands: string[]): Promise<void> {
  await ipBatch(['nsenter', '-t', String(state.init.pid), '-n'], commands);
}

function broadcast(address: string): string {
  return address.includes(':') ? '' : 'broadcast +';
}

async function ipBatch(prefix: [string, ...string[]], commands: string[]): Promise<void> {
  const [program, ...rest] = prefix;
  await execa(program, [...rest, 'ip', '-batch', '-'], { input: `${commands.join('\n')}\n` });
}
