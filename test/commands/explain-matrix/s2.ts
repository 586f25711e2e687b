import { ONE_OF_ALL } from './fate.ts';
import type { Ground } from './ground.ts';
import { type Command, objects, patch, type Situation } from './situation.ts';

const SERVICE = 'svc-test-1';
const NOTHING = { client: 'nothing', client2: 'nothing' };
const REFUSED = { client: 'refused', client2: 'refused' };

type Part = Pick<Situation, 'make' | 'undo'>;

/** Only with policy Local does kube-proxy tell what pods send to an external IP apart. */
const HAS_LOCAL =
  '{ iptables-save; ip6tables-save; nft list ruleset; } 2>/dev/null | grep -q "pod traffic"';

/** All of scenario S2, in one family. */
export function situationsOfS2(ground: Ground): Situation[] {
  const { ip, six } = ground;
  const prefix = six ? 128 : 32;
  const iptables = six ? 'ip6tables' : 'iptables';
  const client = six ? '2001:db8:1::165/128' : '20.1.0.165/32';
  const [pods, nodes] = six
    ? ['2001:db8:99::/64', '2001:db8:a::/64']
    : ['192.168.0.0/16', '10.1.0.0/24'];
  const k0 = six ? '2001:db8:a::180' : '10.1.0.180';
  const forwarding = six ? 'net.ipv6.conf.all.forwarding' : 'net.ipv4.ip_forward';
  const late = [...ground.pods.values()].filter((name) => name.startsWith('web-server-2'));

  /** The Service has the address, and so have these nodes, on this interface. */
  const held = (holders: string[], link = 'ens34'): Part => ({
    make: [
      patch(SERVICE, { externalIPs: [ip] }),
      ...holders.map(
        (host): Command => [host, `ip addr add ${ip}/${prefix} dev ${link}${six ? ' nodad' : ''}`],
      ),
      ...ground.neighbours.map((host): Command => [host, `ip neigh flush to ${ip}`]),
    ],
    undo: [
      ...holders.map((host): Command => [host, `ip addr del ${ip}/${prefix} dev ${link}`]),
      patch(SERVICE, { externalIPs: null }),
    ],
  });
  /** Behind Calico's own rule, which its agent would put in front again. */
  const byHand = (host: string, [table, chain]: [string, string], rule: string): Part => ({
    make: [[host, `${iptables} -t ${table} -I ${chain} 2 ${rule}`]],
    undo: [[host, `${iptables} -t ${table} -D ${chain} ${rule}`]],
  });
  const before: [string, string] = ['raw', 'PREROUTING'];
  const behind: [string, string] = ['filter', 'FORWARD'];
  const setting = (host: string, name: string, value: number, before: number): Part => ({
    make: [[host, `sysctl -qw ${name}=${value}`]],
    undo: [[host, `sysctl -qw ${name}=${before}`]],
  });
  const spec = (changed: object, before: object): Part => ({
    make: [patch(SERVICE, changed)],
    undo: [patch(SERVICE, before)],
  });
  const made = (items: object[]): Part => ({
    make: [objects('apply', items)],
    undo: [objects('delete', items)],
  });
  const local = spec(
    { type: 'NodePort', externalTrafficPolicy: 'Local' },
    { type: 'ClusterIP', externalTrafficPolicy: null },
  );
  const nobody = spec({ selector: { app: 'nobody' } }, { selector: { app: 'web-front-end' } });
  const onK0 = held(['k0']);

  return [
    {
      what: 'no node has the address',
      ...held([]),
      sees: NOTHING,
      observed: 'no-holder',
      quick: true,
    },
    { what: 'k0 has it', ...onK0, sees: {}, observed: 'external-policy', quick: true },
    {
      what: 'extip assigned it to k0',
      make: [['operator', `extip assign ${SERVICE} ${ip} --node k0 -y`]],
      undo: [['operator', `extip release ${SERVICE} ${ip} -y`]],
      sees: {},
      observed: 'external-policy',
    },
    { what: 'k2 has it, which runs the pods', ...held(['k2']), sees: {} },
    { what: 'k0 and k2 have it', ...held(['k0', 'k2']), sees: {}, observed: 'several-holders' },
    ...(six
      ? [
          {
            what: 'k0 has it on lo',
            ...held(['k0'], 'lo'),
            sees: NOTHING,
            observed: 'silent-holder',
          },
        ]
      : [
          { what: 'k0 has it on lo', ...held(['k0'], 'lo'), sees: {} },
          {
            what: 'k0 has it on lo, with arp_ignore 1',
            ...both(held(['k0'], 'lo'), setting('k0', 'net.ipv4.conf.ens34.arp_ignore', 1, 0)),
            sees: NOTHING,
            observed: 'silent-holder',
          },
        ]),
    {
      what: 'no pod matches the selector',
      ...both(onK0, nobody),
      sees: { ...REFUSED, 'web-server-1-1': 'refused', k0: 'refused', k2: 'refused' },
      observed: 'no-endpoints',
    },
    {
      what: 'external policy Local, k0 has it and no pod',
      ...both(onK0, local),
      sees: NOTHING,
      observed: 'wrong-holder',
    },
    {
      what: 'external policy Local, k2 has it',
      ...both(held(['k2']), local),
      // Askers see the same while kube-proxy still masquerades.
      until: ['operator', `for node in k0 k2; do ssh "$node" '${HAS_LOCAL}' || exit 1; done`],
      sees: {},
    },
    {
      what: 'external policy Local, and no pod matches',
      ...both(onK0, local, nobody),
      sees: { ...REFUSED, 'web-server-1-1': 'refused', k0: 'refused', k2: 'refused' },
      observed: 'no-endpoints',
    },
    {
      what: 'internal policy Local, to the cluster IP',
      ...both(onK0, spec({ internalTrafficPolicy: 'Local' }, { internalTrafficPolicy: 'Cluster' })),
      sees: { k0: 'nothing' },
      observed: 'internal-policy',
      toClusterIp: true,
    },
    {
      what: 'session affinity',
      ...both(
        onK0,
        spec(
          { sessionAffinity: 'ClientIP' },
          { sessionAffinity: 'None', sessionAffinityConfig: null },
        ),
      ),
      sees: Object.fromEntries(ground.askers.map(({ host }) => [host, ONE_OF_ALL])),
      observed: 'session-affinity',
    },
    {
      what: 'k0 does not forward',
      ...both(onK0, setting('k0', forwarding, 0, 1)),
      sees: NOTHING,
      observed: 'forwarding-off',
    },
    {
      what: 'k2 does not forward',
      ...both(onK0, setting('k2', forwarding, 0, 1)),
      sees: { ...NOTHING, 'web-server-1-1': 'nothing', k0: 'nothing' },
      observed: 'forwarding-off',
    },
    ...(six
      ? []
      : [
          {
            what: 'k0 with strict rp_filter, and a route back by another interface',
            ...both(onK0, setting('k0', 'net.ipv4.conf.ens34.rp_filter', 1, 0), {
              make: [['k0', 'ip route add 30.1.0.0/24 via 10.1.0.179']],
              undo: [['k0', 'ip route del 30.1.0.0/24 via 10.1.0.179']],
            }),
            sees: { client2: 'nothing' },
          },
        ]),
    {
      what: 'a DROP by hand before kube-proxy on k0',
      ...both(onK0, byHand('k0', before, `-d ${ip} -p tcp --dport 80 -j DROP`)),
      sees: NOTHING,
      observed: 'foreign-rule',
      quick: true,
    },
    {
      what: 'a DROP by hand behind kube-proxy on k0',
      ...both(onK0, byHand('k0', behind, `-d ${pods} -p tcp -j DROP`)),
      sees: NOTHING,
      observed: 'foreign-rule',
    },
    {
      what: 'a REJECT by hand behind kube-proxy on k0',
      ...both(onK0, byHand('k0', behind, `-d ${pods} -p tcp -j REJECT`)),
      sees: REFUSED,
      observed: 'foreign-rule',
    },
    {
      what: 'a DROP by hand on k0 for half of the pods',
      ...both(onK0, byHand('k0', behind, '-p tcp --dport 8080 -j DROP')),
      sees: Object.fromEntries(
        ['client', 'client2'].map((host) => [host, `${late.sort().join(' ')} or nothing`]),
      ),
    },
    {
      what: 'a DROP by hand on k2 of what k0 sends',
      ...both(onK0, byHand('k2', behind, `-s ${k0} -p tcp -j DROP`)),
      sees: { ...NOTHING, k0: 'nothing' },
      observed: 'foreign-rule',
    },
    ...calico({ onK0, made, client, pods, nodes, ip: `${ip}/${prefix}`, six }),
  ];
}

/** One after another, undone in reverse. */
function both(...parts: Part[]): Part {
  return {
    make: parts.flatMap(({ make }) => make),
    undo: parts.toReversed().flatMap(({ undo }) => undo),
  };
}

interface CalicoGround {
  onK0: Part;
  made(items: object[]): Part;
  client: string;
  pods: string;
  nodes: string;
  ip: string;
  six: boolean;
}

/** Policies of Calico's on the host endpoint of k0, and on pods. */
function calico({ onK0, made, client, pods, nodes, ip, six }: CalicoGround): Situation[] {
  const v3 = 'projectcalico.org/v3';
  const endpoint = (profiles: string[]) => ({
    apiVersion: v3,
    kind: 'HostEndpoint',
    metadata: { name: 'k0-ens34', labels: { outside: 'true' } },
    spec: { node: 'k0', interfaceName: 'ens34', profiles },
  });
  const policy = (name: string, spec: object) => ({
    apiVersion: v3,
    kind: 'GlobalNetworkPolicy',
    metadata: { name },
    spec: { selector: 'has(outside)', applyOnForward: true, types: ['Ingress'], ...spec },
  });
  const onPods = (ingress: object[]) =>
    made([
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'matrix', namespace: 'default' },
        spec: {
          podSelector: { matchLabels: { app: 'web-front-end' } },
          policyTypes: ['Ingress'],
          ingress,
        },
      },
    ]);
  const from = (cidr: string) => [{ from: [{ ipBlock: { cidr } }] }];
  const allow = ['projectcalico-default-allow'];
  const save = six ? 'ip6tables-save' : 'iptables-save';
  return [
    ...(six
      ? []
      : [
          {
            what: 'a bare host endpoint on k0',
            ...both(onK0, made([endpoint([])])),
            until: ['k0', `${save} | grep -q cali-fh-ens34`] as Command,
            sees: {},
          },
        ]),
    {
      what: 'a preDNAT policy on k0 lets one client in',
      ...both(
        onK0,
        made([
          policy('matrix-allow', {
            preDNAT: true,
            order: 100,
            ingress: [
              {
                action: 'Allow',
                protocol: 'TCP',
                source: { nets: [client] },
                destination: { nets: [ip], ports: [80] },
              },
            ],
          }),
          policy('matrix-deny', {
            preDNAT: true,
            order: 110,
            ingress: [{ action: 'Deny', protocol: 'TCP', destination: { nets: [ip] } }],
          }),
          endpoint(allow),
        ]),
      ),
      sees: { client2: 'nothing' },
    },
    {
      what: 'an applyOnForward policy on k0 keeps one client out',
      ...both(
        onK0,
        made([
          policy('matrix-forward', {
            order: 100,
            ingress: [
              { action: 'Deny', protocol: 'TCP', source: { nets: [client] } },
              { action: 'Allow' },
            ],
          }),
          endpoint(allow),
        ]),
      ),
      sees: { client: 'nothing' },
    },
    {
      what: 'a policy on the pods lets nobody in',
      ...both(onK0, onPods([])),
      sees: { ...NOTHING, 'web-server-1-1': 'nothing', k0: 'nothing' },
    },
    {
      what: 'a policy on the pods lets pods in',
      ...both(onK0, onPods(from(pods))),
      sees: { ...NOTHING, k0: 'nothing' },
    },
    {
      what: 'a policy on the pods lets nodes in',
      ...both(onK0, onPods(from(nodes))),
      sees: { 'web-server-1-1': 'nothing' },
    },
  ];
}
