import type { Explanation, Flow, Observation } from '../explain/explanation.ts';
import { nameList, senders, verb } from '../explain/phrases.ts';
import { shareText } from '../explain/words/share.ts';
import { addressAndPort } from '../net/address-and-port.ts';
import { oneLine } from './sanitize.ts';
import { flowVerdict } from './verdict-text.ts';

/** A line a flow; where there is none a line for each thing that is known. */
export function shortLines({ flows, observations }: Explanation): string[] {
  if (flows.length > 0) return flows.map(flowLine);
  return observations.length > 0 ? observations.map(observationLine) : [NOTHING];
}

/** Where there is no packet to tell of, and nothing else. */
export const NOTHING = 'nothing to explain';

/** e.g. `warning: no Service is served on 20.1.0.9`. */
function observationLine({ severity, message }: Observation): string {
  return oneLine(`${severity}: ${message}`);
}

/** A flow in one line: the packet, its verdict and why, and where it goes. */
export function flowLine(flow: Flow): string {
  return oneLine(`${packetText(flow)}: ${flowVerdict(flow, destinations(flow))}${remarks(flow)}`);
}

export function packetText(flow: Flow): string {
  const { source, destination, destinationPort, protocol, inInterface } = flow.packet;
  const target = addressAndPort(destination, destinationPort);
  const comma = flow.node === null ? '' : ',';
  const by = inInterface === null ? '' : `${comma} by ${inInterface}`;
  return `${source} → ${target} ${protocol}, ${whence(flow)}${by}`;
}

/** Where the packet comes from, and the nodes of which it is so. */
export function whence(flow: Flow): string {
  const { origin, nodes, holder, clients } = flow;
  const names = nameList(nodes);
  const isNamed = nodes.length > 0;
  if (origin === 'pod') return isNamed ? `from a pod of ${names}` : 'from a pod';
  if (origin === 'node') return isNamed ? `from the node ${names}` : 'from the node itself';
  const isSome = clients !== null && clients.where !== 'anywhere';
  const from = isSome ? `from ${senders(flow)}` : 'from outside';
  if (!isNamed) return from;
  return holder
    ? `${from}, at ${names}, which ${verb(nodes, 'has', 'have')} the address`
    : `${from}, if sent to ${names}`;
}

/** More facts than this only a document has. */
export const MOST_FACTS = 10;

function destinations({ backends, masquerade }: Flow): string {
  const to = backends.length === 0 ? '' : ` to ${backends.map(backendText).join(', ')}`;
  return `${to}${masquerade ? ', with an address of the node as its source' : ''}`;
}

function remarks({ undetermined, untouched }: Flow): string {
  const parts: string[] = [];
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
