import { builtInHooks, type ChainDraft, type RuleDraft, type TableDraft } from '../case.ts';
import type { Context } from './context.ts';
import { generateMatches } from './iptables-matches.ts';
import { generateAction } from './iptables-targets.ts';

type Values = Pick<Context, 'random' | 'family' | 'addresses' | 'ports'>;

/** Some of the tables of iptables, each with chains of its own besides the built-in ones. */
export function generateIptables(values: Values): TableDraft[] {
  const { random } = values;
  return random
    .some(['raw', 'mangle', 'nat', 'nat', 'filter'])
    .filter((name, index, all) => all.indexOf(name) === index)
    .map((name) => ({ name, declarations: [], chains: generateChains(name, values) }));
}

function generateChains(table: string, values: Values): ChainDraft[] {
  const { random } = values;
  const groups = callers(table);
  // A chain of a user's may be called from the hooks of its group only, and only by chains before it.
  const users = random.list(random.integer(0, 3), (index) => ({
    name: `USER-${index}`,
    hooks: random.pick(groups),
  }));
  const after = (index: number, hooks: readonly string[]) =>
    users
      .filter((user, at) => at > index && hooks.every((hook) => user.hooks.includes(hook)))
      .map(({ name }) => name);
  const context = (index: number, hooks: readonly string[]): Context => ({
    ...values,
    table,
    hooks,
    targets: after(index, hooks),
  });
  const isBlocking = table === 'filter' && random.chance(0.15);
  return [
    ...(builtInHooks[table] ?? []).map((hook) => ({
      name: hook.toUpperCase(),
      base: {
        hook: null,
        policy: isBlocking && random.chance(0.5) ? ('drop' as const) : ('accept' as const),
      },
      rules: random.list(random.integer(0, 3), () => generateRule(context(-1, [hook]))),
    })),
    ...users.map(({ name, hooks }, index) => ({
      name,
      base: null,
      rules: random.list(random.integer(1, 3), () => generateRule(context(index, hooks))),
    })),
  ];
}

/** Hooks that may share a chain: most NAT is for some of them only. */
function callers(table: string): string[][] {
  if (table === 'nat') return [['prerouting', 'output'], ['postrouting'], ['input']];
  const hooks = [...(builtInHooks[table] ?? [])];
  return [hooks, hooks, ...hooks.map((hook) => [hook])];
}

function generateRule(context: Context): RuleDraft {
  const { needs, target } = generateAction(context);
  let matches = generateMatches(context);
  if (needs) {
    // The protocol that the target must have, and nothing that contradicts it.
    const about = /-p |-m (tcp|udp|sctp|icmp6?|multiport) /;
    matches = [needs, ...matches.filter((match) => !about.test(match))];
  }
  return { matches, target };
}
