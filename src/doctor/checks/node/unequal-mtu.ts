import { outsideAddresses } from '../../../explain/evidence.ts';
import { nameList } from '../../../explain/phrases.ts';
import { cidrText, inRange, parseCidr, parseIp } from '../../../net/ip.ts';
import { answeringNodes } from '../../../snapshot/queries.ts';
import type { ClusterCheck } from '../../check.ts';

/** What the one sends in a whole frame the other does not take: small answers come, large ones never do. */
export const unequalMtu: ClusterCheck = {
  code: 'EXT324',
  title: 'nodes have different MTUs on one segment',
  severity: 'warning',
  reads: ['services'],
  ofNodes: ['facts'],
  standsInPart: true,
  find(evidence) {
    const ips = outsideAddresses(evidence).flatMap(({ ip }) => parseIp(ip) ?? []);
    const places = answeringNodes(evidence.snapshot).flatMap(({ name, facts }) =>
      facts.interfaces.flatMap(({ name: link, up, loopback, mtu, addresses }) =>
        up && !loopback && mtu !== undefined
          ? networksOf(addresses).map((network) => ({ name, link, mtu, network }))
          : [],
      ),
    );
    const byNetwork = Map.groupBy(places, ({ network }) => network);
    return [...byNetwork].flatMap(([network, own]) => {
      const range = parseCidr(network);
      const served = ips.filter((ip) => range && inRange(range, ip));
      if (served.length === 0 || new Set(own.map(({ mtu }) => mtu)).size < 2) return [];
      const texts = own.map(({ name, link, mtu }) => `${link} of ${name} ${mtu}`);
      return {
        object: 'cluster',
        touches: own.map(({ name }) => `node/${name}`),
        message: `on ${network} the interfaces have different MTUs (${nameList(texts)}): frames that are too long for one are lost without a word`,
        evidence: own.map(
          ({ name, link, mtu }) => `${name} ip-addr.json: mtu of ${link} is ${mtu}`,
        ),
        fix: { advice: `give all interfaces on ${network} the same MTU` },
      };
    });
  },
};

/** The interface's networks that have more than one address. */
function networksOf(addresses: readonly { ip: string; prefix: number }[]): string[] {
  const texts = addresses
    .filter(({ ip, prefix }) => prefix < (ip.includes(':') ? 128 : 32) && !ip.startsWith('fe80:'))
    .flatMap(({ ip, prefix }) => cidrText(`${ip}/${prefix}`) ?? []);
  return [...new Set(texts)];
}
