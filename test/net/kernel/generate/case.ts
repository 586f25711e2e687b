import type { Case, Dialect } from '../case.ts';
import { type Context, valuesOf } from './context.ts';
import { generateIptables } from './iptables.ts';
import { generateNft } from './nft.ts';
import { generateProbes } from './probes.ts';
import { Random } from './random.ts';

const dialects: readonly Dialect[] = ['iptables-nft', 'iptables-legacy', 'nft'];

/** The case of this number: always the same one for a seed. */
export function generateCase(seed: number, number: number): Case {
  const random = new Random(seed, number);
  // In blocks, because to change from one to another costs another program's run.
  const block = Math.floor(number / 10);
  const dialect = dialects[block % dialects.length] as Dialect;
  const family = Math.floor(block / dialects.length) % 3 === 2 ? 6 : 4;
  const probes = generateProbes(random, family, number);
  const values: Pick<Context, 'random' | 'family' | 'addresses' | 'ports'> = {
    random,
    family,
    ...valuesOf(family, probes),
  };
  return {
    dialect,
    family,
    probes,
    sysctls: generateSysctls(random),
    tables: dialect === 'nft' ? generateNft(values) : generateIptables(values),
  };
}

function generateSysctls(random: Random): Record<string, string> {
  const rpFilter = () => random.pick(['0', '0', '1', '2']);
  const seldom = (probability: number) => (random.chance(probability) ? '1' : '0');
  const conf = 'net/ipv4/conf';
  return {
    'net/ipv4/ip_forward': random.chance(0.95) ? '1' : '0',
    [`${conf}/all/rp_filter`]: random.pick(['0', '0', '0', '1', '2']),
    [`${conf}/up0/rp_filter`]: rpFilter(),
    [`${conf}/up1/rp_filter`]: rpFilter(),
    [`${conf}/cali1/rp_filter`]: rpFilter(),
    [`${conf}/br0/rp_filter`]: rpFilter(),
    [`${conf}/all/route_localnet`]: seldom(0.05),
    [`${conf}/up0/route_localnet`]: seldom(0.1),
    [`${conf}/cali1/route_localnet`]: seldom(0.1),
    [`${conf}/all/src_valid_mark`]: seldom(0.1),
    [`${conf}/all/accept_local`]: '0',
    'net/bridge/bridge-nf-call-iptables': '0',
    'net/bridge/bridge-nf-call-ip6tables': '0',
  };
}
