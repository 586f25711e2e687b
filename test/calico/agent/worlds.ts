import fc from 'fast-check';
import { type Objects, type Probe, SOURCES } from './ground.ts';

/** Endpoints, policies and packets, at random. */
export interface World {
  objects: Objects;
  probes: Probe[];
}

const SELECTORS = [
  'has(guarded)',
  'has(guarded)',
  'all()',
  'all()',
  "role == 'x'",
  "role in {'x', 'y'}",
  '!has(role)',
  "has(guarded) && role != 'y'",
  "role starts with 'y' || !(guarded == 'true')",
];

const labels = fc.constantFrom<Record<string, string>>(
  { guarded: 'true' },
  { guarded: 'true', role: 'x' },
  { guarded: 'true', role: 'y' },
  { role: 'x' },
  {},
);

const endpoint = fc.record({
  labels,
  where: fc.oneof(
    { weight: 6, arbitrary: fc.constant({ interfaceName: 'ens34' }) },
    { weight: 2, arbitrary: fc.constant({ interfaceName: '*' }) },
    { weight: 1, arbitrary: fc.constant({ expectedIPs: ['20.1.0.160'] }) },
    { weight: 1, arbitrary: fc.constant({ interfaceName: 'ens35' }) },
  ),
  profiles: fc.oneof(
    { weight: 3, arbitrary: fc.constant(['projectcalico-default-allow']) },
    { weight: 1, arbitrary: fc.constant([] as string[]) },
    { weight: 1, arbitrary: fc.constant(['no-such-profile']) },
  ),
});

const nets = fc.subarray(
  ['20.1.0.165/32', '20.1.0.64/26', '20.1.0.0/24', '10.0.0.0/8', '2001:db8::/32'],
  { minLength: 1, maxLength: 2 },
);
const destinations = fc.subarray(
  ['20.1.0.167/32', '20.1.0.160/32', '192.168.99.0/24', '20.1.0.0/24', '30.1.0.0/16'],
  { minLength: 1, maxLength: 2 },
);
const ports = fc.subarray([80, 8080, '9000:9100', 22, 30080, 53] as (number | string)[], {
  minLength: 1,
  maxLength: 3,
});
const set = fc.constantFrom("set == 'a'", "has(set) && set != 'a'", "set contains 'b'");

interface Destination {
  nets?: string[];
  ports?: (number | string)[];
  notPorts?: (number | string)[];
}

const some: { requiredKeys: []; noNullPrototype: true } = {
  requiredKeys: [],
  noNullPrototype: true,
};
const rule = fc
  .record({
    action: fc.constantFrom('Allow', 'Allow', 'Deny', 'Deny', 'Pass', 'Log'),
    protocol: fc.constantFrom('TCP', 'UDP', undefined),
    source: fc.oneof(
      { weight: 4, arbitrary: fc.constant({}) },
      { weight: 3, arbitrary: fc.record({ nets }) },
      fc.record({ notNets: nets }),
      { weight: 2, arbitrary: fc.record({ selector: set }) },
      fc.record({ notSelector: set }),
    ),
    destination: fc.oneof(
      { weight: 2, arbitrary: fc.constant({}) },
      fc.record({ nets: destinations, ports, notPorts: ports }, some),
      fc.record({ ports }),
    ),
  })
  .map(({ action, protocol, source, destination }) => {
    const { nets: to, ports: on, notPorts } = destination as Destination;
    // Ports go with a protocol alone.
    const withPorts = protocol ? { ...(on && { ports: on }), ...(notPorts && { notPorts }) } : {};
    return {
      action,
      ...(protocol && { protocol }),
      source,
      destination: { ...(to && { nets: to }), ...withPorts },
    };
  });
const rules = fc.array(rule, { maxLength: 3 });

const policy = fc
  .record({
    order: fc.constantFrom(undefined, 1, 1, 2, 3.5),
    selector: fc.constantFrom(...SELECTORS),
    hook: fc.constantFrom('preDNAT', 'preDNAT', 'normal', 'forward', 'untracked'),
    types: fc.constantFrom<string[][]>(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
    ingress: rules,
    egress: rules,
  })
  .map(({ order, selector, hook, types, ingress, egress }) => {
    const isBefore = hook === 'preDNAT';
    const governs = isBefore ? ['Ingress'] : types;
    return {
      selector,
      types: governs,
      ...(order !== undefined && { order }),
      ...(isBefore && { preDNAT: true }),
      ...(hook === 'untracked' && { doNotTrack: true }),
      ...(hook !== 'normal' && { applyOnForward: true }),
      ...(governs.includes('Ingress') && { ingress }),
      ...(governs.includes('Egress') && { egress }),
    };
  });

const probe = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      from: fc.constant('client' as const),
      protocol: fc.constantFrom('tcp' as const, 'tcp' as const, 'udp' as const),
      source: fc.constantFrom(...SOURCES),
      destination: fc.constantFrom('20.1.0.167', '20.1.0.160'),
      port: fc.constantFrom(80, 22, 9000, 9050, 30080, 8080, 53, 68),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      from: fc.constant('k0' as const),
      protocol: fc.constantFrom('tcp' as const, 'udp' as const),
      source: fc.constant('20.1.0.160'),
      destination: fc.constantFrom('20.1.0.165', '30.1.0.165'),
      port: fc.constantFrom(80, 9000, 53, 6443, 22),
    }),
  },
);

const SETS = [
  { metadata: { name: 'a', labels: { set: 'a' } }, spec: { nets: ['20.1.0.165/32'] } },
  {
    metadata: { name: 'b', labels: { set: 'ab' } },
    spec: { nets: ['20.1.0.64/26', '10.0.0.0/8'] },
  },
];

export const worlds = fc
  .record({
    endpoints: fc.array(endpoint, { minLength: 1, maxLength: 3 }),
    policies: fc.array(policy, { minLength: 1, maxLength: 5 }),
    names: fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e'], { minLength: 5 }),
    probes: fc.array(probe, { minLength: 12, maxLength: 12 }),
  })
  .map(
    ({ endpoints, policies, names, probes }): World => ({
      objects: {
        hostendpoints: endpoints.map((one, index) => ({
          metadata: { name: `${names[index]}-endpoint`, labels: one.labels },
          spec: { node: 'k0', profiles: one.profiles, ...one.where },
        })),
        globalnetworkpolicies: policies.map((spec, index) => ({
          metadata: { name: names[index] },
          spec,
        })),
        globalnetworksets: SETS,
      },
      probes,
    }),
  );
