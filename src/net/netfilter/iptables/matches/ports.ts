import { ask, isDestinationPort, isSourcePort } from '../../questions.ts';
import type { Fork, PortRange } from '../../rules.ts';
import { type Condition, either } from '../condition.ts';
import { perOption } from '../model.ts';
import { readPorts, valueAt } from '../values.ts';
import type { Word } from '../words.ts';

/** Whether the packet's source port lies in the range; a client's port is seldom known. */
export function sourcePortIn(range: PortRange): Condition {
  return ({ sourcePort }) => portIn(range, sourcePort, isSourcePort);
}

export function destinationPortIn(range: PortRange): Condition {
  return ({ destinationPort }) => portIn(range, destinationPort, isDestinationPort);
}

function portIn(
  { first, last }: PortRange,
  port: number | null | undefined,
  question: typeof isSourcePort,
): boolean | Fork {
  if (port === null) return false;
  if (port !== undefined) return first <= port && port <= last;
  if (first === 0 && last === 65535) return true;
  return first <= last && ask(question(first, last));
}

/** What tcp, udp and sctp have in common (kernel 6.1, net/netfilter/xt_tcpudp.c port_match). */
export const portOptions = {
  sport: [1, (values: readonly Word[]) => sourcePortIn(readPorts(valueAt(values, 0)))],
  'source-port': [1, (values: readonly Word[]) => sourcePortIn(readPorts(valueAt(values, 0)))],
  dport: [1, (values: readonly Word[]) => destinationPortIn(readPorts(valueAt(values, 0)))],
  'destination-port': [
    1,
    (values: readonly Word[]) => destinationPortIn(readPorts(valueAt(values, 0))),
  ],
} satisfies Parameters<typeof perOption>[0];

export const udp = perOption(portOptions);

type PortTest = (range: PortRange) => Condition;

/** A list such as `53,1024:65535` (kernel 6.1, net/netfilter/xt_multiport.c). */
function list(test: PortTest): [number, (values: readonly Word[]) => Condition] {
  return [
    1,
    (values) => {
      const word = valueAt(values, 0);
      return word.text
        .split(',')
        .map((part) => test(readPorts(word, part)))
        .reduce(either);
    },
  ];
}

export const multiport = perOption({
  sports: list(sourcePortIn),
  'source-ports': list(sourcePortIn),
  dports: list(destinationPortIn),
  'destination-ports': list(destinationPortIn),
  ports: list((range) => either(destinationPortIn(range), sourcePortIn(range))),
});
