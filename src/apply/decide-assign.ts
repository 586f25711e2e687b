import { FailedError, UsageError } from '../errors.ts';
import { type Ip, type IpRange, inRange, parseIp } from '../net/ip.ts';
import type { Plan } from '../plan/action.ts';
import { type AssignRequest, planAssign } from '../plan/assign.ts';
import { askForHolder, chooseHolder, type HolderChoice } from '../plan/choose-holder.ts';
import { freeAddresses } from '../plan/free-addresses.ts';
import { type GuardInput, guardRecord, mustNotBeGuarded } from '../plan/guard-record.ts';
import { mustNotBeDown } from '../plan/interface-down.ts';
import { mustBeReadable } from '../plan/readable.ts';
import { enforce, type Refusal, refuseAddress, refusePlace } from '../plan/refusals.ts';
import { mustBeServable } from '../plan/servable.ts';
import { serviceRef } from '../plan/service-ref.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { holdersOf } from '../snapshot/queries.ts';
import type { Assignment, GuardRecord } from '../snapshot/records.ts';
import { type DecidedGuard, decideGuards } from './decide-guard.ts';
import { probe } from './probe.ts';
import type { RecentAnswers } from './recent-answers.ts';
import { mustBeRoot, refuseMachine, type Session } from './session.ts';

/** What is asked for. */
export interface AssignInput {
  /** The address, or the pool to take the next free one from. */
  address: { ip: Ip } | { pool: readonly IpRange[] };
  node?: string;
  interface?: string;
  force: ReadonlySet<string>;
  /** The address is to survive a boot of its node. */
  persist: boolean;
  /** Who may reach it; absent: as its record says, and without one everybody. */
  guard?: GuardInput | undefined;
  /** The configuration's choice where the flags and the cluster leave one. */
  defaults?: Partial<HolderChoice>;
  /** Asks a person which of several places it is; absent where nobody can be asked. */
  choosePlace?(ip: Ip, candidates: HolderChoice[]): Promise<HolderChoice>;
}

/** An address and its place that nothing speaks against, and the plan that makes it so. */
export interface Decision {
  holder: HolderChoice;
  plan: Plan;
  /** What `--force` overrode, and what the segment answered. */
  notes: string[];
}

/**
 * Chooses address and place, runs every safety check and plans. An address that the segment was
 * `asked` for a short while ago is not asked for again.
 */
export async function decideAssign(
  session: Session,
  snapshot: Snapshot,
  service: Service,
  input: AssignInput,
  asked: RecentAnswers,
): Promise<Decision> {
  if ('ip' in input.address) {
    return decideAddress(session, snapshot, service, input, input.address.ip, asked);
  }
  for (const ip of candidates(snapshot, service, input.address.pool)) {
    if (asked.isTaken(ip.text)) continue;
    try {
      return await decideAddress(session, snapshot, service, input, ip, asked);
    } catch (error) {
      if ((error as { reason?: string }).reason !== 'answered') throw error;
      asked.add(ip.text, 'taken');
    }
  }
  throw new FailedError('the pool has no free address', {
    reason: 'pool-exhausted',
    help: 'extip list -A shows who has which',
  });
}

/** First what a run that was cut off took from the pool for the Service; one by one, for IPv6. */
function* candidates(
  snapshot: Snapshot,
  service: Service,
  pool: readonly IpRange[],
): Generator<Ip> {
  for (const { ip: text, phase } of mustBeReadable(service)) {
    const ip = parseIp(text);
    if (ip && phase === 'assigning' && pool.some((range) => inRange(range, ip))) yield ip;
  }
  yield* freeAddresses(snapshot, pool);
}

async function decideAddress(
  session: Session,
  snapshot: Snapshot,
  service: Service,
  input: AssignInput,
  ip: Ip,
  asked: RecentAnswers,
): Promise<Decision> {
  mustBeServable(service, ip);
  const ref = serviceRef(service);
  const existing = mustBeReadable(service).find((entry) => entry.ip === ip.text);
  const wanted = { node: input.node, interface: input.interface };
  const { defaults } = input;
  const answer = chooseHolder(snapshot, { ref, ip, wanted, defaults, existing });
  const against = refuseAddress(snapshot, ref, ip);
  // Nobody is asked for the place of an address that is refused wherever it is.
  if (!('chosen' in answer)) enforce(against, input.force);
  const holder =
    'chosen' in answer ? answer.chosen : await ask(snapshot, input, ip, answer.candidates);
  mustBeRead(snapshot, holder, existing && `extip release ${ref.namespace}/${ref.name} ${ip.text}`);

  const refusals: Refusal[] = [
    ...against,
    ...refusePlace(snapshot, ip, holder),
    ...refuseMachine(session, snapshot, holder.node),
  ];
  const forced = enforce(refusals, input.force);
  const guard = await guardFor(session, snapshot, { service, ip, holder, existing }, input);
  const request: AssignRequest = {
    service,
    ip,
    holder,
    run: session.run,
    persist: input.persist,
    guard,
  };
  const plan = planAssign(snapshot, request);
  if (plan.steps.length > 0) mustBeRoot(snapshot, holder.node);
  const notes = [...forced.map(({ message }) => `overridden: ${message}`), ...(guard?.notes ?? [])];
  const present = holdersOf(snapshot, ip.text).some(({ node }) => node === holder.node);
  if (plan.steps.length > 0 && !present && !asked.isFree(ip.text)) {
    notes.push(await probe(session, snapshot, ip, holder, input.force));
    asked.add(ip.text, 'free');
  }
  return { holder, plan, notes };
}

/** The guard that is asked for, or that the record has; nothing is read of Calico where there is none. */
async function guardFor(
  session: Session,
  snapshot: Snapshot,
  place: { service: Service; ip: Ip; holder: HolderChoice; existing: Assignment | undefined },
  { guard: input, force }: AssignInput,
): Promise<(DecidedGuard & { record: GuardRecord }) | undefined> {
  const { service, ip, holder, existing } = place;
  const record = guardRecord(input, existing?.guard, ip);
  const ref = serviceRef(service);
  if (!record) {
    mustNotBeGuarded(snapshot, ref, ip);
    return undefined;
  }
  const records = new Map([[ref.uid, record]]);
  const request = { ip, holder, records, order: input?.order ?? null };
  const [decided] = await decideGuards(session, snapshot, [request], { force });
  return decided && { ...decided, record };
}

async function ask(
  snapshot: Snapshot,
  input: AssignInput,
  ip: Ip,
  candidates: HolderChoice[],
): Promise<HolderChoice> {
  if (candidates.length === 0) mustNotBeDown(snapshot, ip, input);
  // No subnet holds the address: any interface of the node may be meant, `lo` too.
  const places = candidates.length > 0 ? candidates : interfacesOf(snapshot, input.node);
  if (input.choosePlace === undefined || places.length === 0) {
    throw askForHolder(ip, { node: input.node, interface: input.interface }, candidates);
  }
  return input.choosePlace(ip, places);
}

function interfacesOf(snapshot: Snapshot, node: string | undefined): HolderChoice[] {
  if (node === undefined) return [];
  const links = snapshot.nodes[node]?.facts?.interfaces ?? [];
  return links.filter(({ up }) => up).map(({ name }) => ({ node, interface: name }));
}

/** `release` is the command that takes the address off a holder that it has already. */
function mustBeRead(snapshot: Snapshot, { node }: HolderChoice, release?: string): void {
  // An annotation may name `constructor`, which every object has.
  const state = Object.hasOwn(snapshot.nodes, node) ? snapshot.nodes[node] : undefined;
  if (state?.facts) return;
  if (!state) {
    throw new UsageError(`the cluster has no node ${node}`, {
      reason: 'node-not-found',
      object: `node/${node}`,
      ...(release && { help: `if it is gone for good: ${release} --holder-gone` }),
    });
  }
  throw new FailedError(`${node} cannot be read: ${state.message ?? state.status}`, {
    reason: `node-${state.status}`,
    object: `node/${node}`,
  });
}
