import { serviceObject } from '../../explain/phrases.ts';
import { addressAndPort } from '../../net/address-and-port.ts';
import { serviceKey } from '../../snapshot/kubernetes.ts';
import type { Found } from '../finding.ts';
import type { TakenListener } from './listeners-on-served.ts';
import { addressLine } from './service-facts.ts';

/** What is the same of all such findings; `consequence` ends the message. */
export function listenerFound(
  node: string,
  { target: { ip, port, protocol, service }, listener }: TakenListener,
  consequence: string,
): Omit<Found, 'fix'> {
  const address = ip?.text ?? '';
  const who = listener.processes.join(', ') || 'a process';
  const key = service ? serviceKey(service) : '';
  return {
    object: `ip/${address}`,
    touches: [`node/${node}`, ...(service ? [serviceObject(service)] : [])],
    message: `${who} on ${node} listens on ${addressAndPort(address, port)}/${protocol}, which is ${key}'s: ${consequence}`,
    evidence: [
      `${node} listeners.txt: ${listener.line}`,
      ...(service ? [addressLine(service, address)] : []),
    ],
  };
}
