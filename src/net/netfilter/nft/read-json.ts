import { asList, elementFromJson } from './json-expression.ts';
import { jsonItems } from './json-items.ts';
import { ruleFromJson } from './json-rule.ts';
import type { NftBase, NftChain, NftRuleset, NftTable } from './syntax.ts';
import { isRated } from './take-words.ts';

type Fields = Record<string, unknown>;

/**
 * A set or map that a rule updates, and what it has of statements; what has no JSON form in this
 * version of nft stands there as text.
 */
const UPDATE =
  /"(?:set|map)":\s*"@([^"]+)"(?:,\s*"stmt":\s*\[([^\]]*))?|"(?:add|update|delete) @(\S+) \{([^}]*)/g;
const RATE = /"(limit|quota|ct count)"/;

/**
 * Reads what `nft -j list ruleset` prints (schema version 1; nft 0.9 to 1.1), on one line or many. An
 * item that is damaged is a problem with its place, and so is an input that ends too early; the rest
 * is used.
 */
export function readNftJson(text: string): NftRuleset {
  const ruleset: NftRuleset = { tables: [], problems: [] };
  const tables = new Map<string, NftTable>();
  const updated = new Map<string, boolean>();
  for (const [, set, statements = '', named = '', element = ''] of text.matchAll(UPDATE)) {
    const name = set ?? named;
    const rated = RATE.test(statements) || isRated(element);
    updated.set(name, rated || updated.get(name) === true);
  }

  const { items, problems } = jsonItems(text);
  ruleset.problems.push(...problems);
  for (const { value, line, column } of items) {
    const [kind = '', fields] = Object.entries(value)[0] ?? [];
    if (!isFields(fields)) continue;
    if (kind === 'table') {
      const table = tableFromJson(fields);
      tables.set(`${table.family} ${table.name}`, table);
      ruleset.tables.push(table);
      continue;
    }
    const table = tables.get(`${fields.family} ${fields.table}`);
    const chain = table?.chains.get(String(fields.chain));
    if (kind === 'chain' && table) {
      table.chains.set(String(fields.name), chainFromJson(fields));
    } else if ((kind === 'set' || kind === 'map') && table) {
      addSet(table, fields, updated);
    } else if (kind === 'rule' && table && chain) {
      const read = () => ruleFromJson(fields, table, line);
      chain.rules.push({ line, read });
    } else if (['rule', 'chain', 'set', 'map'].includes(kind)) {
      const message = `this ${kind} belongs to a table or chain that is not in the input`;
      ruleset.problems.push({ line, column, message });
    }
  }
  return ruleset;
}

function tableFromJson({ family, name, flags }: Fields): NftTable {
  return {
    family: String(family),
    name: String(name),
    warned: false,
    // Of `dormant` nft 1.0.6 prints the last letter alone.
    dormant: asList(flags).some((flag) => flag === 'dormant' || flag === 't'),
    chains: new Map(),
    sets: new Map(),
  };
}

function chainFromJson(fields: Fields): NftChain {
  const base: NftBase | null =
    typeof fields.hook === 'string'
      ? {
          type: String(fields.type),
          hook: fields.hook,
          priority: Number(fields.prio),
          policy: fields.policy === 'drop' ? 'drop' : 'accept',
        }
      : null;
  return { name: String(fields.name), base, rules: [] };
}

// nft 1.0.6 leaves `dynamic` out beside `timeout`; a set that rules update is dynamic in any case.
function addSet(table: NftTable, fields: Fields, updated: ReadonlyMap<string, boolean>): void {
  const name = String(fields.name);
  const flags = Array.isArray(fields.flags) ? fields.flags : [fields.flags];
  table.sets.set(name, {
    name,
    dynamic: updated.has(name) || flags.includes('dynamic') || flags.includes('timeout'),
    rated: RATE.test(JSON.stringify(fields.stmt ?? '')) || updated.get(name) === true,
    elements: () => (Array.isArray(fields.elem) ? fields.elem.map(elementFromJson) : []),
  });
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
