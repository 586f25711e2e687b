import { addressSets } from '../../../src/calico/address-sets.ts';
import { type Judge, judgeOf, type Passage } from '../../../src/calico/judge.ts';
import { PROTOCOLS } from '../../../src/calico/packet.ts';
import { judgeWays } from '../../../src/calico/reach.ts';
import type { Verdict } from '../../../src/calico/verdict.ts';
import { parseRange } from '../../../src/net/ip.ts';
import { ip } from '../ask.ts';
import { buildObjects } from '../build-objects.ts';
import { type Backend, isForService, type Objects, type Probe } from './ground.ts';

const EXTERNAL = { node: 'k0', interface: 'ens34', addresses: ['20.1.0.160', '20.1.0.167'] };
const POD = { node: 'k0', interface: 'cali0', addresses: [] };
const INTERNAL = { node: 'k0', interface: 'ens33', addresses: ['10.1.0.180'] };

const CLUSTER = {
  podRanges: [parseRange('192.168.0.0/16')].filter((range) => range !== null),
  hosts: ['10.1.0.180', '10.1.0.179'].map(ip),
};

/** What the evaluator says of each packet, in and out through k0's ens34; k2's pods are behind ens33. */
export function judged(objects: Objects, probes: readonly Probe[], backend: Backend): Verdict[] {
  const read = buildObjects(objects);
  if (read.unread.length > 0) throw new Error(JSON.stringify(read.unread));
  const sets = addressSets(read, CLUSTER);
  const [ens34, out] = [EXTERNAL, backend.node === 'k0' ? POD : INTERNAL].map((place) =>
    judgeOf(read, place, sets),
  ) as [Judge, Judge];
  return probes.map((probe) => {
    const passage = passageOf(probe, backend);
    const leaving = { judge: out, passage: { ...passage, direction: 'egress' as const } };
    return judgeWays(ens34, [{ in: passage, out: passage.through === 'forward' ? [leaving] : [] }]);
  });
}

function passageOf(probe: Probe, backend: Backend): Passage {
  const packet = {
    protocol: PROTOCOLS[probe.protocol] ?? 0,
    source: ip(probe.source),
    sourcePort: null,
    destination: ip(probe.destination),
    destinationPort: probe.port,
  };
  if (probe.from === 'k0') return { direction: 'egress', through: 'host', packet };
  if (!isForService(probe)) return { direction: 'ingress', through: 'host', packet };
  const after = { destination: ip(backend.address), port: backend.port };
  return { direction: 'ingress', through: 'forward', packet, after };
}
