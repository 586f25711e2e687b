import type { ChainDraft, RuleDraft, TableDraft } from '../case.ts';
import type { Context } from './context.ts';
import { generateMatches, setDeclarations } from './nft-matches.ts';
import { generateStatement } from './nft-statements.ts';

type Values = Pick<Context, 'random' | 'family' | 'addresses' | 'ports'>;

/** A place for base chains. Kind `raw` is a filter chain before conntrack. */
interface Slot {
  kind: 'filter' | 'nat' | 'route' | 'raw';
  hook: string;
  priorities: readonly number[];
}

const filterPriorities = [-150, -100, -50, -10, 0, 10, 50, 100, 150];
const slots: readonly Slot[] = [
  { kind: 'raw', hook: 'prerouting', priorities: [-300, -250] },
  { kind: 'raw', hook: 'output', priorities: [-300, -250] },
  { kind: 'filter', hook: 'prerouting', priorities: [-200, -150, -110, -100, -90, 0] },
  ...['input', 'forward', 'output'].map(
    (hook): Slot => ({ kind: 'filter', hook, priorities: filterPriorities }),
  ),
  { kind: 'filter', hook: 'postrouting', priorities: [-150, 0, 90, 100, 110] },
  { kind: 'route', hook: 'output', priorities: [-140, -20] },
  { kind: 'nat', hook: 'prerouting', priorities: [-100, -95] },
  { kind: 'nat', hook: 'output', priorities: [-100, -95] },
  { kind: 'nat', hook: 'input', priorities: [100, 105] },
  { kind: 'nat', hook: 'postrouting', priorities: [100, 105] },
];

/** One or two tables of nft; now and then two base chains of a hook have one priority. */
export function generateNft(values: Values): TableDraft[] {
  const { random, family } = values;
  const taken = new Set<string>();
  return random.list(random.pick([1, 1, 2]), (index) => ({
    name: `${random.pick([family === 4 ? 'ip' : 'ip6', 'inet'])} t${index}`,
    declarations: setDeclarations(family),
    chains: generateChains(values, taken),
  }));
}

/** Hooks that a chain of a user's may be called from, by the kind of chain. */
const groups: readonly { kind: Slot['kind']; hooks: readonly string[] }[] = [
  { kind: 'filter', hooks: ['prerouting', 'input', 'forward', 'output', 'postrouting'] },
  { kind: 'filter', hooks: ['input', 'forward', 'output'] },
  { kind: 'nat', hooks: ['prerouting', 'output'] },
  { kind: 'nat', hooks: ['postrouting'] },
  { kind: 'raw', hooks: ['prerouting', 'output'] },
];

function generateChains(values: Values, taken: Set<string>): ChainDraft[] {
  const { random } = values;
  const users = random.list(random.integer(0, 3), (index) => ({
    name: `user${index}`,
    ...random.pick(groups),
  }));
  const context = (at: number, kind: Slot['kind'], hooks: readonly string[]): Context => ({
    ...values,
    table: kind,
    hooks,
    targets: users
      .filter(
        (user, index) =>
          index > at && user.kind === kind && hooks.every((hook) => user.hooks.includes(hook)),
      )
      .map(({ name }) => name),
  });
  const bases = random.list(random.integer(1, 6), (index): ChainDraft[] => {
    const { kind, hook, priorities } = random.pick(slots);
    const priority = random.pick(priorities);
    if (taken.has(`${hook} ${priority}`) && random.chance(0.7)) return [];
    taken.add(`${hook} ${priority}`);
    const type = kind === 'raw' ? 'filter' : kind;
    const policy = type === 'filter' && random.chance(0.05) ? 'drop' : 'accept';
    const rules = random.list(random.integer(1, 4), () => generateRule(context(-1, kind, [hook])));
    const base = { hook: `type ${type} hook ${hook} priority ${priority}`, policy } as const;
    return [{ name: `base${index}`, base, rules }];
  });
  return [
    ...bases.flat(),
    ...users.map(({ name, kind, hooks }, at) => ({
      name,
      base: null,
      rules: random.list(random.integer(1, 3), () => generateRule(context(at, kind, hooks))),
    })),
  ];
}

function generateRule(context: Context): RuleDraft {
  const { needs, target } = generateStatement(context);
  return { matches: [...(needs ? [needs] : []), ...generateMatches(context)], target };
}
