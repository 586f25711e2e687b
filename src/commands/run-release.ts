import { type ReleaseInput, releaseChange } from '../apply/release.ts';
import type { Session } from '../apply/session.ts';
import { readService } from '../cluster/services.ts';
import { UsageError } from '../errors.ts';
import type { Ip } from '../net/ip.ts';
import { addressArgument } from '../plan/address-argument.ts';
import { mustBeReadable } from '../plan/readable.ts';
import { askForAssigned, askForAssignedAddress } from './ask.ts';
import type { Context } from './context.ts';
import { forceNames } from './force-names.ts';
import { openSession } from './open-session.ts';
import type { ReleaseOptions } from './release.ts';
import { runChange } from './run-change.ts';
import { serviceArgument } from './service-argument.ts';

/** `extip release`: reads the arguments, asks for what is missing, and runs the change. */
export async function runRelease(
  args: string[],
  options: ReleaseOptions,
  context: Context,
): Promise<number> {
  const force = forceNames(options.force);
  const wanted = readArguments(args, options);
  if (!('node' in wanted) && wanted.service === undefined && !context.interactive) {
    throw usage('SERVICE is missing');
  }
  const { session } = await openSession(options, context);
  const holderGone = options.holderGone === true;
  if ('node' in wanted) return run({ subject: wanted, holderGone, force });
  const ref = serviceArgument(
    wanted.service ?? (await askForAssigned(session, context)),
    session.connection.namespace,
  );
  const ips = wanted.ip ? [wanted.ip] : options.all ? 'all' : await choose(session, ref, context);
  return run({ subject: { ...ref, ips }, holderGone, force });

  function run(input: ReleaseInput): Promise<number> {
    return runChange({ ...releaseChange(session, input), session }, options, context);
  }
}

type Wanted = { service?: string; ip?: Ip } | { node: string; ip: Ip };

function readArguments([service, ipText]: string[], options: ReleaseOptions): Wanted {
  if (options.ip !== undefined || options.node !== undefined) {
    if (options.ip === undefined || options.node === undefined || service !== undefined) {
      throw usage('an orphan is named by --ip and --node, without a Service');
    }
    if (options.holderGone || options.all) throw usage('--ip and --node stand alone');
    return { node: options.node, ip: addressArgument(options.ip) };
  }
  if (ipText !== undefined && options.all) throw usage('an address and --all were given');
  return {
    ...(service !== undefined && { service }),
    ...(ipText !== undefined && { ip: addressArgument(ipText) }),
  };
}

function usage(message: string): UsageError {
  return new UsageError(message, {
    reason: 'invalid-arguments',
    help: 'extip release SERVICE IP, or extip release --ip IP --node NODE',
  });
}

/** The address of a Service that has at most one from extip; else it is asked for, or must be said. */
async function choose(
  session: Session,
  ref: { namespace: string; name: string },
  context: Context,
): Promise<Ip[]> {
  const service = await readService(session.connection.api, ref);
  const ips = mustBeReadable(service).map((entry) => entry.ip);
  if (ips.length <= 1) return ips.map(addressArgument);
  if (context.interactive) {
    return (await askForAssignedAddress(ips, context)).map(addressArgument);
  }
  throw new UsageError(`${ref.namespace}/${ref.name} has several: ${ips.join(', ')}`, {
    reason: 'ambiguous-address',
    help: 'name the address, or give --all',
  });
}
