import type { Evidence } from '../evidence.ts';
import type { Observation } from '../explanation.ts';
import { dataPath } from './data-path.ts';
import { endpoints } from './endpoints.ts';
import { foreignRule } from './foreign-rule.ts';
import { forwarding } from './forwarding.ts';
import { namedPort } from './named-port.ts';
import { neighbours } from './neighbours.ts';
import { noHolder } from './no-holder.ts';
import { policies } from './policies.ts';
import { resourcesUnread } from './resources-unread.ts';
import { returnPath } from './return-path.ts';
import { rules } from './rules.ts';
import { service } from './service.ts';
import { severalHolders } from './several-holders.ts';
import { silentHolder } from './silent-holder.ts';
import { unread } from './unread.ts';
import { wrongHolder } from './wrong-holder.ts';

const CHECKS: readonly ((evidence: Evidence) => Observation[])[] = [
  noHolder,
  severalHolders,
  silentHolder,
  wrongHolder,
  endpoints,
  namedPort,
  dataPath,
  rules,
  forwarding,
  returnPath,
  foreignRule,
  neighbours,
  unread,
  resourcesUnread,
  service,
  policies,
];

const GRAVITY = ['error', 'warning', 'info'];

/** All that bears on the flows, the gravest first. */
export function observe(evidence: Evidence): Observation[] {
  const found = CHECKS.flatMap((check) => check(evidence));
  const distinct = new Map(found.map((it) => [`${it.code} ${it.object} ${it.message}`, it]));
  return [...distinct.values()].sort(
    (a, b) => GRAVITY.indexOf(a.severity) - GRAVITY.indexOf(b.severity),
  );
}
