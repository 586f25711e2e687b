import type { Flow, Verdict } from '../explain/explanation.ts';
import { nameList } from '../explain/phrases.ts';
import { shareText } from '../explain/words/share.ts';
import { addressAndPort } from '../net/address-and-port.ts';
import { oneLine } from './sanitize.ts';

/** A flow in one line: the packet, its verdict and why, and where it goes. */
export function flowLine(flow: Flow): string {
  return oneLine(`${packetText(flow)}: ${flowVerdict(flow)}${whereTo(flow)}`);
}

export function packetText(flow: Flow): string {
  const { source, destination, destinationPort, protocol, inInterface } = flow.packet;
  const target = addressAndPort(destination, destinationPort);
  const comma = flow.node === null ? '' : ',';
  const by = inInterface === null ? '' : `${comma} by ${inInterface}`;
  return `${source} → ${target} ${protocol}, ${whence(flow)}${by}`;
}

/** Where the packet comes from, and the nodes of which it is so. */
export function whence({ origin, nodes, holder }: Flow): string {
  const names = nameList(nodes);
  const isNamed = nodes.length > 0;
  if (origin === 'pod') return isNamed ? `from a pod of ${names}` : 'from a pod';
  if (origin === 'node') return isNamed ? `from the node ${names}` : 'from the node itself';
  if (!isNamed) return 'from outside';
  return holder
    ? `from outside, at ${names}, which has the address`
    : `from outside, if sent to ${names}`;
}

/** The verdict; where it depends on facts that are not known, with the flags that would settle it. */
export function flowVerdict({ verdict, undetermined }: Flow): string {
  const flags = new Set(undetermined.flatMap(({ settledBy }) => settledBy ?? []));
  if (verdict.reason !== 'differs' || flags.size === 0) return verdictText(verdict);
  return `undetermined: give ${[...flags].join(' and ')}`;
}

/** Outcome and reason, where the outcome does not say it all. */
export function verdictText({ outcome, reason, rule }: Verdict): string {
  if (rule) {
    const what = rule.rule === null ? 'the policy of' : 'a rule of';
    const where = rule.file === null ? '' : ` of ${rule.file.replace(/\.txt$/, '')}`;
    // JSON is one line.
    const isPlaced = rule.line !== null && rule.file !== 'nft.json';
    const line = isPlaced ? ` (line ${rule.line}${where})` : '';
    const because = outcome === 'undetermined' ? `${REASONS[reason] ?? reason}, ` : '';
    return `${outcome}: ${because}${what} ${rule.table} ${rule.chain}${line}`;
  }
  const words = REASONS[reason] ?? reason;
  return words === '' ? outcome : `${outcome}: ${words}`;
}

/** More facts than this only a document has. */
export const MOST_FACTS = 10;

function whereTo({ verdict, backends, masquerade, undetermined, untouched }: Flow): string {
  const parts: string[] = [];
  if (verdict.outcome === 'delivered') parts.push(` to ${backends.map(backendText).join(', ')}`);
  if (masquerade) parts.push(', with an address of the node as its source');
  if (untouched) parts.push(`; untouched: ${untouched}`);
  if (undetermined.length > 0) {
    const facts = undetermined.slice(0, MOST_FACTS).map(({ fact }) => fact);
    const more = undetermined.length - facts.length;
    parts.push(`; not known: ${facts.join('; ')}${more > 0 ? ` and ${more} more` : ''}`);
  }
  return parts.join('');
}

export function backendText({ address, port, share }: Flow['backends'][number]): string {
  const target = addressAndPort(address, port);
  return share === null || share > 0.9999 ? target : `${target} (${shareText(share)})`;
}

/** Why it came to that; empty: the outcome says it. */
const REASONS: Readonly<Record<string, string>> = {
  dnat: '',
  answered: '',
  rule: 'by rules',
  policy: 'by the policies of chains',
  'local-address': 'the node itself has this address',
  routed: 'the node routes it on',
  'martian-source': 'no packet from outside may have this source',
  'martian-destination': 'no packet from outside may have this destination',
  'reverse-path': 'the node would answer by another interface (rp_filter)',
  'forwarding-disabled': 'the node does not forward',
  'no-route': 'the node has no route',
  multicast: 'the node does not listen to this group',
  'no-address-for-nat': 'there is no address to translate it to',
  loop: 'the rules go in circles',
  'missing-chain': 'the dump lacks a chain that a rule leads to',
  'too-many-branches': 'there are too many ways to follow',
  queue: 'a program decides',
  stolen: 'it is handed on, and what happens then is not in the rules',
  'address-unknown': 'the translated address is not known',
  'routing-rule': 'a routing rule is not understood',
  ipvs: 'IPVS serves Services on this node, and it is not in the rules',
  ebpf: 'eBPF programs serve Services on this node, and they are not in the rules',
  'no-holder': 'no node has the address, and nobody answers for it',
  'holder-unknown': 'which node has the address is not known',
  'rules-unknown': "the node's rules were not read",
  differs: 'it depends on what is not known',
  chance: 'it depends on chance',
  asymmetric: 'it comes back by another interface',
  'not-translated': 'it does not come back from the address that was asked',
  various: 'for several reasons',
};
