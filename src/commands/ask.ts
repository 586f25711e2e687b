import { readSnapshot } from '../apply/read-snapshot.ts';
import type { Session } from '../apply/session.ts';
import { ExtipError, UsageError } from '../errors.ts';
import type { Ip } from '../net/ip.ts';
import { addressArgument } from '../plan/address-argument.ts';
import type { HolderChoice } from '../plan/choose-holder.ts';
import { type Service, serviceKey } from '../snapshot/kubernetes.ts';
import { answeringNodes } from '../snapshot/queries.ts';
import { readAssignments } from '../snapshot/records.ts';
import { unlessAborted } from '../unless-aborted.ts';
import type { Context } from './context.ts';

/** Asks which Service; returns `NAMESPACE/NAME`. */
export async function askForService(session: Session, context: Context): Promise<string> {
  const choices = (await servicesOf(session, context)).map((service) => ({
    name: `${serviceKey(service)}  ${service.spec.clusterIP ?? ''}`,
    value: serviceKey(service),
  }));
  return context.select('Which Service?', choices, 'SERVICE');
}

/** Asks which of the Services with an external IP from extip; returns `NAMESPACE/NAME`. */
export async function askForAssigned(session: Session, context: Context): Promise<string> {
  const choices = (await servicesOf(session, context)).flatMap((service) => {
    const { assignments } = readAssignments(service);
    const ips = assignments.map(({ ip }) => ip).join(' ');
    const key = serviceKey(service);
    return ips === '' ? [] : [{ name: `${key}  ${ips}`, value: key }];
  });
  if (choices.length === 0) {
    const { namespace } = session.connection;
    throw new UsageError(`no Service of namespace ${namespace} has an external IP from extip`, {
      reason: 'nothing-to-release',
      help: 'extip list -A shows all',
    });
  }
  return context.select('Which Service?', choices, 'SERVICE');
}

/** Asks which of a Service's addresses, or all. */
export function askForAssignedAddress(ips: readonly string[], context: Context): Promise<string[]> {
  const one = ips.map((ip) => ({ name: ip, value: [ip] }));
  const all = { name: 'all of them', value: [...ips] };
  return context.select('Which address?', [...one, all], 'IP or --all');
}

async function servicesOf(
  { connection: { api, namespace } }: Session,
  { signal }: Context,
): Promise<Service[]> {
  const listing = api.list<Service>(`/api/v1/namespaces/${namespace}/services`);
  return (await unlessAborted(listing, signal)).items;
}

/** Asks for the node, with the subnets of its interfaces; nobody where nobody can be asked. */
export async function askForNode(session: Session, context: Context): Promise<string | undefined> {
  if (!context.interactive) return undefined;
  const snapshot = await unlessAborted(readSnapshot(session), context.signal);
  const choices = answeringNodes(snapshot).map(({ name, facts }) => ({
    name: `${name}  ${subnets(facts.interfaces).join('  ')}`,
    value: name,
  }));
  return context.select('Which node is to hold it?', choices, '--node NODE');
}

/** Asks for the address. */
export async function askForAddress(context: Context): Promise<Ip> {
  const validate = (text: string) => {
    try {
      addressArgument(text);
      return true;
    } catch (error) {
      return error instanceof ExtipError ? error.message : String(error);
    }
  };
  return addressArgument(await context.input('Which address?', validate, 'IP or --pool RANGE'));
}

/** Asks which of several places is to hold the address. */
export function choosePlace(context: Context) {
  return (ip: Ip, candidates: HolderChoice[]): Promise<HolderChoice> =>
    context.select(
      `Which interface is to hold ${ip.text}?`,
      candidates.map((place) => ({ name: `${place.node} ${place.interface}`, value: place })),
      '--node NODE --interface IF',
    );
}

function subnets(
  links: readonly {
    name: string;
    loopback: boolean;
    addresses: { ip: string; prefix: number }[];
  }[],
): string[] {
  return links
    .filter(({ loopback }) => !loopback)
    .map(({ name, addresses }) => ({
      name,
      texts: addresses
        // Every interface has a link-local address, those of pods too: they tell nobody apart.
        .filter(({ ip }) => !/^(fe80:|169\.254\.)/.test(ip))
        .map(({ ip, prefix }) => `${ip}/${prefix}`),
    }))
    .filter(({ texts }) => texts.length > 0)
    .map(({ name, texts }) => `${name} ${texts.join(' ')}`);
}
