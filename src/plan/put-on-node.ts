import { RefusedError } from '../errors.ts';
import type { Ip } from '../net/ip.ts';
import { quote } from '../quote.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { holdersOf, recordsOf } from '../snapshot/queries.ts';
import { MAX_SHARERS, type NodeRecord } from '../snapshot/records.ts';
import type { Step } from './action.ts';
import type { HolderChoice } from './choose-holder.ts';
import { mustNotBeDamaged } from './damaged-record.ts';
import { addressLabel } from './label.ts';
import { onNode } from './on-node.ts';
import { isPreexisting, lacksRestore, restoreChange, restoreWords } from './persistence.ts';
import { tooMany } from './too-many.ts';

interface NodeRequest {
  ip: Ip;
  holder: HolderChoice;
  /** Who uses the address from now on. */
  user: NodeRecord['services'][number];
  /** The address is to be put back after a boot. */
  persist: boolean;
}

/**
 * The steps that record the address on its holder and put it there, as far as that is not so
 * already. Throws RefusedError where the node's record or address says otherwise.
 */
export function putOnNode(snapshot: Snapshot, request: NodeRequest): Step[] {
  return [...recordOnNode(snapshot, request), ...putAddress(snapshot, request)];
}

function recordOnNode(snapshot: Snapshot, request: NodeRequest): Step[] {
  const { ip, holder, user, persist } = request;
  const { node } = holder;
  const before = ownRecord(snapshot, request);
  const preexisting = isPreexisting(snapshot, node, ip);
  const known = before?.services.some(({ uid }) => uid === user.uid);
  const persisted = before?.persist ?? false;
  if (known && before?.preexisting === preexisting && persisted === persist) {
    if (!lacksRestore(snapshot, node, before)) return [];
  } else if (!known && before && before.services.length >= MAX_SHARERS) {
    throw tooMany(`${ip.text} serves ${before.services.length} Services`);
  }
  const services = [...(before?.services ?? []), ...(known ? [] : [user])];
  const record: NodeRecord = before
    ? { ...before, preexisting, persist, services }
    : {
        version: 1,
        ip: ip.text,
        prefix: ip.family === 4 ? 32 : 128,
        interface: holder.interface,
        label: addressLabel(holder.interface, ip.family),
        preexisting,
        persist,
        cluster: snapshot.cluster.uid,
        services,
      };
  const restore = restoreChange(snapshot, node, record);
  const undone = restore.restore === 'install' ? ({ restore: 'remove' } as const) : {};
  return [
    {
      id: 'record-node',
      title:
        known && before?.preexisting === preexisting
          ? `${persist ? 'restore' : 'no longer restore'} ${ip.text} on ${node} after a reboot`
          : `record the address on ${node}${restoreWords(restore.restore)}`,
      sign: before ? '~' : '+',
      action: onNode(node, { type: 'write-record', record, ...restore }),
      inverse: onNode(
        node,
        before
          ? { type: 'write-record', record: before }
          : { type: 'remove-record', ip: ip.text, ...undone },
      ),
    },
  ];
}

/** The holder's record of the address; one of another cluster or interface is refused. */
function ownRecord(snapshot: Snapshot, { ip, holder }: NodeRequest): NodeRecord | undefined {
  mustNotBeDamaged(snapshot, holder.node, ip.text);
  const found = recordsOf(snapshot, ip.text).find(({ node }) => node === holder.node)?.record;
  if (found && found.cluster !== snapshot.cluster.uid) {
    throw new RefusedError(`${holder.node} holds ${ip.text} for another cluster`, {
      reason: 'other-cluster',
      object: `node/${holder.node}`,
      help: `look at /var/lib/extip/${ip.text}.json there`,
    });
  }
  if (found && found.interface !== holder.interface) {
    throw new RefusedError(
      `${holder.node} has a record of ${ip.text} on ${found.interface}, not on ${holder.interface}`,
      {
        reason: 'other-interface',
        object: `node/${holder.node}`,
        help: `look at /var/lib/extip/${ip.text}.json there`,
      },
    );
  }
  return found;
}

function putAddress(snapshot: Snapshot, { ip, holder }: NodeRequest): Step[] {
  const held = holdersOf(snapshot, ip.text).filter(({ node }) => node === holder.node);
  const elsewhere = held.find((place) => place.interface !== holder.interface);
  if (elsewhere) {
    const { node, interface: name, prefix } = elsewhere;
    throw new RefusedError(
      `${node} has ${ip.text}/${prefix} on ${name}, not on ${holder.interface}`,
      {
        reason: 'other-interface',
        object: `node/${node}`,
        help: `use it there: --node ${node} --interface ${quote(name)}`,
      },
    );
  }
  if (held.length > 0) return [];
  const prefix = ip.family === 4 ? 32 : 128;
  const place = { ip: ip.text, prefix, interface: holder.interface } as const;
  const label = addressLabel(holder.interface, ip.family);
  return [
    {
      id: 'add-address',
      title: `add ${ip.text}/${prefix} to ${holder.interface} on ${holder.node}`,
      sign: '+',
      action: onNode(holder.node, { type: 'add-address', ...place, label }),
      inverse: onNode(holder.node, { type: 'remove-address', ...place }),
    },
  ];
}
