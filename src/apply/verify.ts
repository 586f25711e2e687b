import { checkConnect, checkFromHost } from '../nodes/check-connect.ts';
import { checkNeighbour } from '../nodes/check-neighbour.ts';
import { checkRules } from '../nodes/check-rules.ts';
import type { Action } from '../plan/action.ts';
import type { Check } from '../plan/execute.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { askFromAny } from './ask-from-any.ts';
import { reachNode, type Session } from './session.ts';

/** kube-proxy writes its rules within a second or so, and at the latest after its sync period. */
const RULES_WAIT_SECONDS = { served: 30, gone: 10 };

/**
 * Looks whether the address is served, or no longer is. kube-proxy short-circuits an external IP
 * on every node, so a connect from a node proves nothing about the wire: the rules are looked for
 * in the holder's kernel, a neighbour is asked who answers, and only `outside`, an ssh target that
 * is no node, proves reach.
 */
export async function verify(
  session: Session,
  snapshot: Snapshot,
  { goal, target }: Extract<Action, { type: 'verify' }>,
  outside: string | undefined,
): Promise<Check[]> {
  const holder = await reachNode(session, snapshot, target.node);
  const { ip, ports } = target;
  const rules = await checkRules(
    holder,
    { ip, ports },
    { waitSeconds: RULES_WAIT_SECONDS[goal], waitGone: goal === 'gone' },
  );
  if (goal === 'gone' || rules.outcome === 'failed') return [rules];
  const port = ports.find(({ protocol }) => protocol === 'TCP') ?? ports[0];
  const connect = async (): Promise<Check> => {
    if (target.noEndpoints) return skipped('connect', 'the Service has no ready endpoint');
    return port ? checkConnect(holder, { ip, ...port }) : skipped('connect', 'no port');
  };
  const reach = async (): Promise<Check> =>
    outside !== undefined && port
      ? checkFromHost(outside, { ip, ...port }, session.reach)
      : skipped('outside', 'not checked from outside: give --from HOST');
  return [
    rules,
    ...(await Promise.all([connect(), askNeighbour(session, snapshot, target), reach()])),
  ];
}

async function askNeighbour(
  session: Session,
  snapshot: Snapshot,
  target: Extract<Action, { type: 'verify' }>['target'],
): Promise<Check> {
  const { ip, node, interface: name, macs } = target;
  if (macs.length === 0) {
    return skipped('neighbour', `${node} answers neither ARP nor NDP for ${ip} on ${name}`);
  }
  const asked = await askFromAny(
    session,
    snapshot,
    target.neighbours,
    (reach, place) => checkNeighbour(reach, { ip, ...place, expectedMacs: macs }),
    ({ outcome, detail }) => (outcome === 'skipped' ? detail : null),
  );
  if (asked === null) {
    return skipped('neighbour', 'no other node that answered is on the segment to be asked');
  }
  return 'answer' in asked ? asked.answer : skipped('neighbour', asked.obstacle);
}

function skipped(name: Check['name'], detail: string): Check {
  return { name, outcome: 'skipped', detail };
}
