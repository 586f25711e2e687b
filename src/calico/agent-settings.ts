import { type Ip, inRange, parseRange } from '../net/ip.ts';
import { type Answer, all, any, known } from './answer.ts';
import type { ProtoPort } from './objects.ts';
import { type Packet, protocolNumber } from './packet.ts';
import type { CalicoObjects } from './read-objects.ts';
import { type Tunnel, tunnelsOf } from './tunnels.ts';

/** A port that is open, whatever policies say. */
export interface FailsafePort {
  protocol: number;
  port: number;
  /** The only addresses at the other end; null: all. */
  net: string | null;
}

/** How Calico's agent on a node is set up, as far as its datastore says. */
export interface AgentSettings {
  failsafeInbound: readonly FailsafePort[];
  failsafeOutbound: readonly FailsafePort[];
  /** What the names of pods' interfaces begin with. */
  interfacePrefixes: readonly string[];
  bpf: boolean;
  tunnels: readonly Tunnel[];
}

const tcp = (port: number): FailsafePort => ({ protocol: 6, port, net: null });
const udp = (port: number): FailsafePort => ({ protocol: 17, port, net: null });

const BOTH_WAYS = [179, 2379, 2380, 5473, 6443, 6666, 6667].map(tcp);

/** docs.tigera.io/calico/latest/reference/host-endpoints/failsafe; felix/config/config_params.go, 3.28. */
const INBOUND: readonly FailsafePort[] = [tcp(22), udp(68), ...BOTH_WAYS];
const OUTBOUND: readonly FailsafePort[] = [udp(53), udp(67), ...BOTH_WAYS];

/**
 * The settings of the agent on a node: what the FelixConfiguration `node.NAME` leaves open is as in
 * `default`, then as Calico comes. An empty list of failsafe ports means none. What the agent's own
 * environment says, which would go before these, is in no object.
 */
export function agentSettings(objects: CalicoObjects, node: string): AgentSettings {
  const { felixConfigurations } = objects;
  const specs = [`node.${node}`, 'default']
    .map((name) => felixConfigurations.find(({ metadata }) => metadata.name === name)?.spec)
    .filter((spec) => spec !== null && spec !== undefined);
  const ports = (key: 'failsafeInboundHostPorts' | 'failsafeOutboundHostPorts') => {
    const list = specs.map((spec) => spec[key]).find((one) => one !== null && one !== undefined);
    return list?.flatMap(readPort);
  };
  const prefix = specs.map((spec) => spec.interfacePrefix).find(Boolean) ?? 'cali';
  return {
    failsafeInbound: ports('failsafeInboundHostPorts') ?? INBOUND,
    failsafeOutbound: ports('failsafeOutboundHostPorts') ?? OUTBOUND,
    interfacePrefixes: prefix.split(','),
    bpf:
      specs.map(({ bpfEnabled }) => bpfEnabled).find((is) => is !== null && is !== undefined) ===
      true,
    tunnels: tunnelsOf(objects, specs),
  };
}

/** Without a protocol it is one of TCP. */
function readPort({ protocol, port, net }: ProtoPort): FailsafePort[] {
  const number = protocolNumber(protocol || 'tcp');
  return number === null ? [] : [{ protocol: number, port, net: net || null }];
}

/** Whether the packet is to one of the ports; `other` is the end that is not of this node. */
export function isFailsafe(
  ports: readonly FailsafePort[],
  { protocol, destinationPort }: Packet,
  other: Ip | null,
): Answer {
  return any(
    ports
      .filter((one) => one.protocol === protocol)
      .map(({ port, net }) =>
        all([
          destinationPort === null
            ? { unknown: 'which port it is for is not known' }
            : known(port === destinationPort),
          net === null ? 'yes' : isIn(net, other),
        ]),
      ),
  );
}

function isIn(net: string, ip: Ip | null): Answer {
  const range = parseRange(net);
  if (!range || !ip)
    return { unknown: `whether it is in ${net} of the failsafe ports is not known` };
  return known(inRange(range, ip));
}
