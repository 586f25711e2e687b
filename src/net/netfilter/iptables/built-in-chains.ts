import type { BaseChain, Hook } from '../rules.ts';

/** Where the kernel calls a table's chains: NF_IP_PRI_… of kernel 6.1, linux/netfilter_ipv4.h. */
const PRIORITIES: Readonly<Record<string, Readonly<Partial<Record<string, number>>>>> = {
  raw: { PREROUTING: -300, OUTPUT: -300 },
  mangle: { PREROUTING: -150, INPUT: -150, FORWARD: -150, OUTPUT: -150, POSTROUTING: -150 },
  nat: { PREROUTING: -100, OUTPUT: -100, INPUT: 100, POSTROUTING: 100 },
  filter: { INPUT: 0, FORWARD: 0, OUTPUT: 0 },
  security: { INPUT: 50, FORWARD: 50, OUTPUT: 50 },
};

/** Chain names that the kernel itself calls in one table or another. */
export const BUILT_IN: ReadonlySet<string> = new Set(
  Object.values(PRIORITIES).flatMap((chains) => Object.keys(chains)),
);

export function isTableName(name: string): boolean {
  return Object.hasOwn(PRIORITIES, name);
}

/** A built-in chain of a table; undefined: the table has none of this name. */
export function builtInChain(
  table: string,
  name: string,
  policy: BaseChain['policy'],
): BaseChain | undefined {
  const priority = PRIORITIES[table]?.[name];
  if (priority === undefined) return undefined;
  const reroutes = table === 'mangle' && name === 'OUTPUT';
  const type = table === 'nat' ? 'nat' : reroutes ? 'route' : 'filter';
  return { name, type, hook: name.toLowerCase() as Hook, priority, policy };
}
