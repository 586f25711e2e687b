import { ONE_OF_ALL } from './fate.ts';
import type { Ground } from './ground.ts';
import { patch, type Situation } from './situation.ts';

const SERVICE = 'nginx';

/** All of scenario S1: the client's route leads to the node, whether that has the address or not. */
export function situationsOfS1({ ip, askers }: Ground): Situation[] {
  const external = patch(SERVICE, { externalIPs: [ip] });
  const none = patch(SERVICE, { externalIPs: null });
  const held = {
    make: [external, ['minikube', `ip addr add ${ip}/32 dev lo`]],
    undo: [['minikube', `ip addr del ${ip}/32 dev lo`], none],
  } satisfies Pick<Situation, 'make' | 'undo'>;
  const all = (fate: string) => Object.fromEntries(askers.map(({ host }) => [host, fate]));
  const coming = { client: 'nothing', 'nginx-1': 'nothing' };
  const changed = (make: [string, string], undo: [string, string]) =>
    ({
      make: [...held.make, make],
      undo: [undo, ...held.undo],
    }) as Pick<Situation, 'make' | 'undo'>;
  const spec = (now: object, before: object) =>
    changed(patch(SERVICE, now), patch(SERVICE, before));
  const byHand = (rule: string) =>
    changed(
      ['minikube', `iptables ${rule.replace('{}', '-I')}`],
      ['minikube', `iptables ${rule.replace('{}', '-D')}`],
    );
  return [
    { what: 'no node has the address', make: [external], undo: [none], sees: {} },
    { what: 'the node has it on lo', ...held, sees: {} },
    {
      what: 'no pod matches the selector',
      ...spec({ selector: { app: 'nobody' } }, { selector: { app: 'nginx' } }),
      sees: all('refused'),
      unknown: ['nginx-1'],
      observed: 'no-endpoints',
    },
    {
      what: 'external policy Local',
      ...spec({ externalTrafficPolicy: 'Local' }, { externalTrafficPolicy: 'Cluster' }),
      sees: {},
    },
    {
      what: 'internal policy Local, to the cluster IP',
      ...spec({ internalTrafficPolicy: 'Local' }, { internalTrafficPolicy: 'Cluster' }),
      sees: {},
      observed: 'internal-policy',
      toClusterIp: true,
    },
    {
      what: 'session affinity',
      ...spec(
        { sessionAffinity: 'ClientIP' },
        { sessionAffinity: 'None', sessionAffinityConfig: null },
      ),
      sees: all(ONE_OF_ALL),
      observed: 'session-affinity',
    },
    {
      what: 'the node does not forward',
      ...changed(
        ['minikube', 'sysctl -qw net.ipv4.ip_forward=0'],
        ['minikube', 'sysctl -qw net.ipv4.ip_forward=1'],
      ),
      sees: coming,
      observed: 'forwarding-off',
    },
    {
      what: 'a DROP by hand before kube-proxy',
      ...byHand(`-t raw {} PREROUTING -d ${ip} -p tcp --dport 80 -j DROP`),
      sees: coming,
      observed: 'foreign-rule',
    },
    {
      what: 'a DROP by hand behind kube-proxy',
      ...byHand('{} FORWARD -d 172.17.0.0/16 -p tcp -j DROP'),
      sees: coming,
      observed: 'foreign-rule',
    },
  ];
}
