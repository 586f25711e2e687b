import type { ServiceName } from '../snapshot/kubernetes.ts';
import type { HolderChoice } from './choose-holder.ts';
import { placeFlags } from './place-flags.ts';

/** A change that mends something, and that can be undone. */
export type Mend =
  /** `place`: where; else where its record says. */
  | { verb: 'assign'; service: ServiceName; ip: string; place?: HolderChoice }
  | { verb: 'release'; service: ServiceName; ip: string }
  /** What a node holds with no Service behind it. */
  | { verb: 'release-orphan'; ip: string; node: string };

/** The command that does it; null where its place has a name that a shell would misread. */
export function mendCommand(mend: Mend): string | null {
  if (mend.verb === 'release-orphan') return `extip release --ip ${mend.ip} --node ${mend.node}`;
  const { namespace, name } = mend.service;
  const command = `extip ${mend.verb} ${namespace}/${name} ${mend.ip}`;
  if (mend.verb === 'release' || !mend.place) return command;
  const flags = placeFlags(mend.place);
  return flags && `${command} ${flags}`;
}
