import assert from 'node:assert/strict';
import { addressSets } from '../../src/calico/address-sets.ts';
import { judgeOf, type Passage } from '../../src/calico/judge.ts';
import type { Packet } from '../../src/calico/packet.ts';
import type { CalicoObjects } from '../../src/calico/read-objects.ts';
import type { Verdict } from '../../src/calico/verdict.ts';
import { type Ip, parseIp, parseRange } from '../../src/net/ip.ts';

export const CLIENT = '20.1.0.165';
export const POD = '192.168.99.39';

/** k0's ens34. */
export const PLACE = { node: 'k0', interface: 'ens34', addresses: ['20.1.0.160'] };

export function ip(text: string): Ip {
  const parsed = parseIp(text);
  assert.ok(parsed, text);
  return parsed;
}

/** What belongs to the cluster: the pods of k2, and the nodes. */
export const CLUSTER = {
  podRanges: [parseRange('192.168.99.0/24')].filter((range) => range !== null),
  hosts: ['20.1.0.160', '20.1.0.150', '2001:db8::160', '2001:db8::150'].map(ip),
};

/** A packet to 20.1.0.167:80 of a client, unless something else is said. */
export function packet(changes: Partial<Packet> = {}): Packet {
  return {
    protocol: 6,
    source: ip(CLIENT),
    sourcePort: null,
    destination: ip('20.1.0.167'),
    destinationPort: 80,
    ...changes,
  };
}

/** To the Service, which kube-proxy leads to a pod. */
export function toService(source = CLIENT, changes: Partial<Packet> = {}): Passage {
  return {
    direction: 'ingress',
    through: 'forward',
    packet: packet({ source: ip(source), ...changes }),
    after: { destination: ip(POD), port: 8080 },
  };
}

/** To a process of the node itself. */
export function toHost(port: number, changes: Partial<Packet> = {}): Passage {
  return {
    direction: 'ingress',
    through: 'host',
    packet: packet({ destination: ip('20.1.0.160'), destinationPort: port, ...changes }),
  };
}

/** From the node itself. */
export function fromHost(destination: string, port: number, protocol = 6): Passage {
  const changes = { protocol, source: ip('20.1.0.160'), destination: ip(destination) };
  return {
    direction: 'egress',
    through: 'host',
    packet: packet({ ...changes, destinationPort: port }),
  };
}

/** What becomes of the packet on k0's ens34. */
export function ask(objects: CalicoObjects, passage: Passage, place = PLACE): Verdict {
  return judgeOf(objects, place, addressSets(objects, CLUSTER)).judge(passage);
}

/** `allowed`, `denied` or `unknown`, and by which policy. */
export function told(objects: CalicoObjects, passage: Passage, place = PLACE): string {
  const { outcome, policy, rule } = ask(objects, passage, place);
  if (!policy) return outcome;
  return `${outcome} by ${policy.name}${rule === null ? '' : ` ${rule}`}`;
}
