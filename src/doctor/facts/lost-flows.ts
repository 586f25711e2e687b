import type { Evidence } from '../../explain/evidence.ts';
import type { Flow, Loss } from '../../explain/explanation.ts';
import { addressAndPort } from '../../net/address-and-port.ts';

/** The walks on the node in which packets are lost in such a way, a line each. */
export function lostOn(
  { flows }: Evidence,
  node: string,
  is: (loss: Loss, flow: Flow) => boolean,
): string[] {
  const found = flows.flatMap((flow) =>
    flow.lost
      .filter((loss) => (loss.node ?? flow.node) === node && is(loss, flow))
      .map((loss) => lossText(flow, loss)),
  );
  return [...new Set(found)];
}

/** e.g. `k0: tcp from 20.1.0.254 to 20.1.0.167:80 by ens34: dropped (reverse-path)`. */
export function lossText(flow: Flow, { leg, outcome, reason, rule, node }: Loss): string {
  const what = leg === 'first' ? '' : 'the answer is ';
  const where = rule ? `, ${rule.file} ${rule.table} ${rule.chain}: ${rule.rule ?? 'policy'}` : '';
  return `${walkText(flow, node)}: ${what}${outcome} (${reason}${where})`;
}

/** The packet of a walk, and the node that it is followed on. */
export function walkText({ node, packet }: Flow, next: string | null = null): string {
  const { protocol, source, destination, destinationPort, inInterface } = packet;
  const by = inInterface === null ? '' : ` by ${inInterface}`;
  const on = next === null ? node : `${node}, then ${next}`;
  return `${on}: ${protocol} from ${source} to ${addressAndPort(destination, destinationPort)}${by}`;
}
