import type { Watched } from './prober.ts';

/** A way to lock oneself out by a guard at the interface that ssh and the API server are on. */
export interface Way {
  what: string;
  /** Calico's objects of the user's, or kube-controllers'. */
  objects: object[];
  /** What the refusal says will break, and by what. */
  says: RegExp;
  /** Of the doors, those that are shut where the refusal is overridden. */
  shut: string[];
}

/** New connections that are watched meanwhile. */
export const DOORS = {
  'ssh to k0': { from: 'operator', ip: '10.1.0.180', port: 22 },
  'ssh to k0 on port 2222': { from: 'operator', ip: '10.1.0.180', port: 2222 },
  'the API server': { from: 'operator', ip: '10.1.0.180', port: 6443 },
  'the API server from k2': { from: 'k2', ip: '10.1.0.180', port: 6443 },
} satisfies Record<string, Omit<Watched, 'what'>>;

const EVERY_DOOR = Object.keys(DOORS);

/** A Calico object. */
export function object(kind: string, name: string, spec: object, labels: object = {}): object {
  return { apiVersion: 'projectcalico.org/v3', kind, metadata: { name, labels }, spec };
}

const policy = (name: string, spec: object) =>
  object('GlobalNetworkPolicy', name, { order: 500, types: ['Ingress', 'Egress'], ...spec });
const everywhere = (suffix: string, labels: object) =>
  ['k0', 'k2'].map((node) =>
    object(
      'HostEndpoint',
      `${node}-${suffix}`,
      { node, interfaceName: '*', profiles: ['projectcalico-default-allow'] },
      labels,
    ),
  );
const ALL = [{ action: 'Allow' }];
const NONE = [{ action: 'Deny' }];
const denyPorts = (...ports: number[]) => [
  { action: 'Deny', protocol: 'TCP', destination: { ports } },
];
const OURS = 'has(extip-external)';

/** A policy that denies nothing as long as the failsafe ports are open. */
export const NO_SSH = policy('no-ssh', {
  selector: OURS,
  ingress: [...denyPorts(22), ...ALL],
  egress: ALL,
});

/** ssh is on a port that is no failsafe. */
export const SSH_ELSEWHERE: Way = {
  what: 'ssh on another port, which a policy denies',
  objects: [
    policy('no-2222', {
      selector: OURS,
      ingress: [...denyPorts(2222), ...ALL],
      egress: ALL,
    }),
  ],
  says: /at ens33 of k0: ssh from 10\.1\.0\.10 to k0 port 2222: GlobalNetworkPolicy no-2222 denies it/,
  shut: ['ssh to k0 on port 2222'],
};

/** For an address of IPv6. */
export const NO_NEIGHBOUR_DISCOVERY: Way = {
  what: 'IPv6 neighbour discovery, which a policy denies',
  objects: [
    policy('no-icmp6', {
      selector: OURS,
      ingress: [{ action: 'Deny', protocol: 'ICMPv6' }, ...ALL],
      egress: [{ action: 'Deny', protocol: 'ICMPv6' }, ...ALL],
    }),
  ],
  says: /IPv6 neighbour discovery on k0 ens33: GlobalNetworkPolicy no-icmp6 denies it/,
  shut: ['ssh to k0 by IPv6'],
};

/** With no failsafe ports. */
export const WAYS: Way[] = [
  {
    what: 'the failsafe ports are emptied, and a policy denies ssh',
    objects: [NO_SSH],
    says: /ssh from 10\.1\.0\.10 to k0 port 22: GlobalNetworkPolicy no-ssh denies it/,
    shut: ['ssh to k0'],
  },
  {
    what: 'an endpoint without a profile, which a policy for those without our label allows everything',
    objects: [
      object('HostEndpoint', 'mine', { node: 'k0', interfaceName: 'ens33' }, { zone: 'dmz' }),
      policy('but-guarded', {
        selector: `zone == 'dmz' && !${OURS}`,
        ingress: ALL,
        egress: ALL,
      }),
    ],
    says: /at ens33 of k0: ssh from 10\.1\.0\.10 to k0 port 22: .*profile/,
    shut: EVERY_DOOR,
  },
  {
    what: "interfaceName '*', with a policy that denies without tracking, which only an interface's own endpoint asks",
    objects: [
      ...everywhere('all', { zone: 'dmz' }),
      policy('raw', {
        selector: "zone == 'dmz'",
        doNotTrack: true,
        applyOnForward: true,
        ingress: denyPorts(22),
        egress: [],
      }),
    ],
    says: /ssh from 10\.1\.0\.10 to k0 port 22: GlobalNetworkPolicy raw denies it/,
    shut: ['ssh to k0'],
  },
  {
    what: 'a deny before the guard allows, of what comes to the node itself',
    objects: [
      policy('early', {
        order: 50,
        selector: OURS,
        types: ['Ingress'],
        preDNAT: true,
        applyOnForward: true,
        ingress: [{ action: 'Deny', protocol: 'TCP', destination: { nets: ['10.1.0.180/32'] } }],
      }),
    ],
    says: /ssh from 10\.1\.0\.10 to k0 port 22: GlobalNetworkPolicy early denies it/,
    shut: EVERY_DOOR,
  },
  {
    what: 'a policy that denies everything is there for our label',
    objects: [policy('closed', { selector: OURS, ingress: NONE, egress: NONE })],
    says: /ssh from 10\.1\.0\.10 to k0 port 22: GlobalNetworkPolicy closed denies it/,
    shut: EVERY_DOOR,
  },
  {
    what: 'automatic endpoints, which a policy for them allows what another one denies',
    objects: [
      ...everywhere('auto-hep', {
        'projectcalico.org/created-by': 'calico-kube-controllers',
        'kubernetes.io/os': 'linux',
      }),
      policy('automatic', {
        order: 400,
        selector: "projectcalico.org/created-by == 'calico-kube-controllers'",
        ingress: ALL,
        egress: ALL,
      }),
      policy('others', {
        selector: "kubernetes.io/os == 'linux'",
        ingress: [...denyPorts(22), ...ALL],
        egress: ALL,
      }),
    ],
    says: /ssh from 10\.1\.0\.10 to k0 port 22: GlobalNetworkPolicy others denies it/,
    shut: ['ssh to k0'],
  },
];
