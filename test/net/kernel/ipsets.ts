import { addresses, type Family } from './topology.ts';

/** How rules may ask for a set: the directions of match-set, as many as the set has dimensions. */
interface SetUse {
  name: string;
  directions: readonly string[];
  /** `added`: rules may add elements to it, so that what it holds is not known. */
  kind: 'fixed' | 'added';
}

const one = ['src', 'dst'];
const two = ['src,src', 'dst,dst', 'src,dst', 'dst,src'];
const three = ['dst,dst,src', 'src,src,dst', 'dst,dst,dst'];

const uses: readonly SetUse[] = [
  { name: 'IP', directions: one, kind: 'fixed' },
  { name: 'NET', directions: one, kind: 'fixed' },
  { name: 'IP-PORT', directions: two, kind: 'fixed' },
  { name: 'IP-PORT-IP', directions: three, kind: 'fixed' },
  { name: 'IP-PORT-NET', directions: three, kind: 'fixed' },
  { name: 'NET-PORT', directions: two, kind: 'fixed' },
  { name: 'NET-IFACE', directions: two, kind: 'fixed' },
  { name: 'PORTS', directions: one, kind: 'fixed' },
  { name: 'LIST', directions: one, kind: 'fixed' },
  { name: 'ADDED', directions: one, kind: 'added' },
];

/** The sets of a family that rules may use. */
export function ipSetNames(family: Family, kind: SetUse['kind'] = 'fixed'): SetUse[] {
  return uses
    .filter((use) => use.kind === kind)
    .map((use) => ({ ...use, name: setName(use.name, family) }));
}

const setName = (name: string, family: Family) => `${name}-${family}`;

/** The sets of every case, as ipset restore takes them. */
export const ipSets = ([4, 6] as const).map(familySets).join('');

/** Makes the sets that rules may add to empty, as they were, as ipset restore takes it. */
export const forgetAdded = ([4, 6] as const)
  .map((family) => `flush ${setName('ADDED', family)}\n`)
  .join('');

function familySets(family: Family): string {
  const { pods, virtual, clients, node } = addresses[family];
  const [vip = '', other = ''] = virtual;
  const [client = ''] = clients.up0.slice(2);
  const own = node.up0[0]?.split('/')[0];
  const inet = `family inet${family === 6 ? '6' : ''}`;
  const wide =
    family === 4 ? ['203.0.113.0/24', '203.0.113.200'] : ['2001:db8:113::/48', '2001:db8:113::200'];
  const podNet = family === 4 ? '10.0.0.0/16' : 'fd00:a::/32';
  const sets: Record<string, { type: string; elements: string[] }> = {
    IP: { type: `hash:ip ${inet}`, elements: [vip, pods.pod1, client] },
    NET: { type: `hash:net ${inet}`, elements: [podNet, wide[0] as string, `${wide[1]} nomatch`] },
    'IP-PORT': {
      type: `hash:ip,port ${inet}`,
      elements: [`${vip},tcp:80`, `${vip},udp:8080`, `${pods.pod1},tcp:8080`, `${own},sctp:80`],
    },
    'IP-PORT-IP': {
      type: `hash:ip,port,ip ${inet}`,
      elements: [`${pods.pod1},tcp:8080,${pods.pod1}`, `${vip},tcp:80,${client}`],
    },
    'IP-PORT-NET': {
      type: `hash:ip,port,net ${inet}`,
      elements: [`${vip},tcp:80,${wide[0]}`, `${other},udp:80,${podNet}`],
    },
    'NET-PORT': {
      type: `hash:net,port ${inet}`,
      elements: [`${podNet},tcp:8080`, `${wide[0]},udp:80`],
    },
    'NET-IFACE': {
      type: `hash:net,iface ${inet}`,
      elements: [`${wide[0]},up0`, `${podNet},cali1`],
    },
    PORTS: { type: 'bitmap:port range 0-65535', elements: ['80', '20000-30000'] },
    LIST: { type: 'list:set', elements: [setName('IP', family), setName('NET', family)] },
    ADDED: { type: `hash:ip ${inet}`, elements: [] },
  };
  return Object.entries(sets)
    .map(([name, { type, elements }]) => {
      const full = setName(name, family);
      return `create ${full} ${type}\n${elements.map((each) => `add ${full} ${each}\n`).join('')}`;
    })
    .join('');
}
