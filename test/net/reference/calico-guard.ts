import { readIpsetSave } from '../../../src/net/netfilter/ipset/read-save.ts';
import { readSave } from '../../../src/net/netfilter/iptables/read-save.ts';
import { summarize } from '../../../src/net/netfilter/walk/summary.ts';
import { walk } from '../../../src/net/netfilter/walk.ts';
import { ip } from '../netfilter/walk/tables.ts';
import { referenceJson, referenceText } from './files.ts';
import { nodeFrom } from './node-network.ts';
import type { Outcome } from './outcome.ts';

const FOLDER = 'calico/agent-3.28';

const DENIED = 'dropped by Policy default.extip-deny-20.1.0.167 ingress';

/** Who reaches the external IP, by its holder and by another node, before and with the guard. */
const CASES: readonly [string, string, string][] = [
  ['no-endpoint-k0', '20.1.0.165', 'delivered'],
  ['no-endpoint-k0', '20.1.0.65', 'delivered'],
  ['no-endpoint-k2', '20.1.0.65', 'delivered'],
  ['guard-k0', '20.1.0.165', 'delivered'],
  ['guard-k0', '20.1.0.65', DENIED],
  ['guard-k2', '20.1.0.165', 'delivered'],
  ['guard-k2', '20.1.0.65', DENIED],
];

/** The guard that Calico's agent wrote, walked from a source that it lets in and one it does not. */
export function calicoGuard(): Outcome[] {
  return CASES.map(([state, source, expected]) => ({
    name: `${state} ${source}`,
    expected,
    found: reach(state, source),
  }));
}

function reach(state: string, source: string): string {
  const recorded = {
    addresses: referenceJson(FOLDER, `${state}.ip-addr.json`),
    routes: referenceJson(FOLDER, `${state}.ip-route.json`),
  };
  const { tables } = readSave(referenceText(FOLDER, `${state}.iptables-save`));
  const { sets } = readIpsetSave(referenceText(FOLDER, `${state}.ipset`));
  const root = walk(
    {
      origin: 'external',
      packet: {
        family: 4,
        protocol: 'tcp',
        source: ip(source),
        sourcePort: undefined,
        destination: ip('20.1.0.167'),
        destinationPort: 80,
        inInterface: 'ens34',
        physicalIn: null,
      },
    },
    tables,
    nodeFrom(recorded, { ip_forward: 1, in: 'ens34' }, sets),
  );
  const { outcome, by } = summarize(root).verdict;
  const rule = by?.rule && policyOf(by.chain?.rule(0).comment ?? '');
  return rule ? `${outcome} by ${rule}` : outcome;
}

/** Calico's agent names the policy in the comment of its chain's first rule. */
function policyOf(comment: string): string {
  return /Policy .*/.exec(comment)?.[0] ?? comment;
}
