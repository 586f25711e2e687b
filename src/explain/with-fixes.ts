import type { Flow, Loss, Observation, ObservationCode } from './explanation.ts';
import { isForeign } from './observations/foreign-rule.ts';
import { hasNoWayBack } from './observations/return-path.ts';

/** Which observations may be why a flow comes to nothing, the likeliest first. */
const CAUSES: readonly ObservationCode[] = [
  'no-holder',
  'silent-holder',
  'forwarding-off',
  'asymmetric-return',
  'no-way-back',
  'foreign-rule',
  'no-endpoints',
  'endpoints-not-ready',
  'named-port-missing',
  'wrong-holder',
  'not-proxied',
  'rules-missing',
  'rules-stale',
  'rules-unknown',
];

/** Gives each flow that is not delivered, or not answered, what helps, from what was observed. */
export function withFixes(flows: readonly Flow[], observations: readonly Observation[]): Flow[] {
  return flows.map((flow) => {
    if (flow.verdict.outcome === 'delivered' && flow.lost.length === 0) return flow;
    for (const code of CAUSES) {
      const cause = observations.find(
        (it) => it.code === code && it.fix !== null && isCause(code, flow) && concerns(it, flow),
      );
      if (cause) return { ...flow, fix: cause.fix };
    }
    return flow;
  });
}

function isCause(code: ObservationCode, { verdict, lost, untouched, origin }: Flow): boolean {
  const { outcome, reason, rule } = verdict;
  const isLostBy = (why: Loss['reason']) => lost.some((loss) => loss.reason === why);
  switch (code) {
    case 'no-holder':
      return reason === 'no-holder';
    case 'silent-holder':
      return reason === 'silent-holder';
    case 'forwarding-off':
      return isLostBy('forwarding-disabled');
    case 'asymmetric-return':
      return isLostBy('reverse-path');
    case 'no-way-back':
      return lost.some(hasNoWayBack);
    case 'rules-unknown':
      return reason === 'rules-unknown';
    case 'foreign-rule':
      return lost.some(isForeign);
    case 'no-endpoints':
    case 'endpoints-not-ready':
    case 'named-port-missing':
      return outcome === 'rejected' || untouched !== null;
    case 'wrong-holder':
      return outcome === 'dropped' && origin === 'external' && rule !== null;
    default:
      return untouched !== null;
  }
}

function concerns({ object }: Observation, { nodes, lost, service, packet }: Flow): boolean {
  const [kind, name] = splitOnce(object);
  if (kind === 'ip') return name === packet.destination;
  if (kind === 'node') return nodes.includes(name) || lost.some(({ node }) => node === name);
  return kind === 'service' ? name === service : true;
}

function splitOnce(object: string): [kind: string, name: string] {
  const at = object.indexOf('/');
  return at < 0 ? [object, ''] : [object.slice(0, at), object.slice(at + 1)];
}
