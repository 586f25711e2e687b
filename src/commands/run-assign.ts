import { assignChange } from '../apply/assign.ts';
import type { AssignInput } from '../apply/decide-assign.ts';
import type { ClusterConfig } from '../config/schema.ts';
import { UsageError } from '../errors.ts';
import { addressArgument, rangeArgument } from '../plan/address-argument.ts';
import type { GuardInput } from '../plan/guard-record.ts';
import { askForAddress, askForNode, askForService, choosePlace } from './ask.ts';
import type { AssignOptions } from './assign.ts';
import type { Context } from './context.ts';
import { forceNames } from './force-names.ts';
import { openSession } from './open-session.ts';
import { runChange } from './run-change.ts';
import { serviceArgument } from './service-argument.ts';
import { sourcesArgument } from './sources-argument.ts';

/** `extip assign`: reads the arguments, asks for what is missing, and runs the change. */
export async function runAssign(
  [serviceText, ipText]: string[],
  options: AssignOptions,
  context: Context,
): Promise<number> {
  const force = forceNames(options.force);
  const guard = guardInput(options);
  if (ipText !== undefined && options.pool !== undefined) {
    throw new UsageError('an address and --pool were given', { reason: 'conflicting-arguments' });
  }
  const given = ipText === undefined ? undefined : addressArgument(ipText);
  if (!context.interactive) mustBeComplete(serviceText, given ?? options.pool);
  const { session, config } = await openSession(options, context);
  const ref = serviceArgument(
    serviceText ?? (await askForService(session, context)),
    session.connection.namespace,
  );
  const pool = options.pool ?? (given ? undefined : config.defaults.pool);
  const asks = given === undefined && pool === undefined;
  const node = options.node ?? (asks ? await askForNode(session, context) : undefined);
  const input: AssignInput = {
    address:
      pool === undefined
        ? { ip: given ?? (await askForAddress(context)) }
        : { pool: poolRanges(pool, config, session.connection.clusterName) },
    node,
    interface: options.interface,
    defaults: { node: config.defaults.node, interface: config.defaults.interface },
    force,
    persist: options.persist,
    guard,
    ...(context.interactive && { choosePlace: choosePlace(context) }),
  };
  const change = assignChange(session, ref, input, options.from);
  return runChange({ ...change, session }, options, context);
}

function guardInput({ guard, source, order }: AssignOptions): GuardInput | undefined {
  if (guard) return { sources: sourcesArgument(source), order: order ?? null };
  if (source.length === 0 && order === undefined) return undefined;
  const flag = source.length > 0 ? '--source' : '--order';
  throw new UsageError(`${flag} was given without --guard`, {
    reason: 'conflicting-arguments',
    help: 'extip assign SERVICE IP --guard --source CIDR',
  });
}

/** Off a terminal: what is missing is named. The default pool is looked for later. */
function mustBeComplete(service: string | undefined, address: unknown): void {
  if (service !== undefined) return;
  throw new UsageError('SERVICE is missing', {
    reason: 'missing-argument',
    help: `extip assign SERVICE ${address === undefined ? 'IP' : ''}`.trim(),
  });
}

function poolRanges(pool: string, { pools }: ClusterConfig, cluster: string) {
  const texts = Object.hasOwn(pools, pool) ? (pools[pool] ?? []) : [pool];
  return texts.map((text) => rangeArgument(text, cluster));
}
