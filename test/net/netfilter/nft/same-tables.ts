import assert from 'node:assert/strict';
import {
  type NftListing,
  readNftJson,
  readNftText,
} from '../../../../src/net/netfilter/nft/read-nft.ts';
import type { Rule, Table } from '../../../../src/net/netfilter/rules.ts';
import { UNKNOWN_NODE, VARIOUS } from './packets.ts';

/** Asserts that both readers make the same of one rule set, rule for rule and answer for answer. */
export function assertSameTables(
  text: string,
  json: string,
  different: readonly string[] = [],
): number {
  const [fromText, fromJson] = [readNftText(text), readNftJson(json)];
  assert.deepEqual(fromText.problems, []);
  assert.deepEqual(fromJson.problems, []);
  assert.deepEqual(fromJson.setAside, fromText.setAside);
  assert.deepEqual(describe(fromJson), describe(fromText));
  let count = 0;
  for (const [i, table] of fromText.tables.entries()) {
    for (const name of chainNames(text)) {
      const [left, right] = [rules(table, name), rules(fromJson.tables[i], name)];
      assert.equal(right.length, left.length, name);
      for (const [at, rule] of left.entries()) {
        count++;
        const other = right[at];
        if (!different.includes(rule.text)) assert.equal(other?.text, rule.text);
        assert.equal(other?.comment, rule.comment);
        assert.deepEqual(other?.counters, rule.counters);
        if (!different.includes(rule.text))
          assert.deepEqual(answers(other), answers(rule), rule.text);
      }
    }
  }
  return count;
}

/** The names of all chains in a listing. */
export function chainNames(text: string): string[] {
  return [...new Set([...text.matchAll(/^\s*chain (\S+) \{/gm)].map((match) => match[1] ?? ''))];
}

/** The rules of a chain, all of them compiled. */
export function rules(table: Table | undefined, chain: string): Rule[] {
  const found = table?.chain(chain);
  return Array.from({ length: found?.size ?? 0 }, (_, i) => found?.rule(i)).filter(
    (rule) => !!rule,
  );
}

function describe({ tables }: NftListing): unknown {
  return tables.map(({ family, name, baseChains }) => ({ family, name, baseChains }));
}

function answers(rule: Rule | undefined): unknown {
  return rule?.steps.map((step) => VARIOUS.map((packet) => step(packet, UNKNOWN_NODE)));
}
