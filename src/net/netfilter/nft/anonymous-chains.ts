import { type AddChain, parseRule } from './parse-rule.ts';
import type { NftChain, NftTable } from './syntax.ts';
import { TextBlocks } from './text-blocks.ts';

/**
 * Makes a chain of the rules in `jump { … }`. The kernel names such a chain `__chain` and a number;
 * here it has the line of its rule.
 */
export function anonymousChains(table: NftTable, line: number): AddChain {
  return (body) => {
    const name = freeName(table, `__chain@${line}`);
    const chain: NftChain = { name, base: null, rules: [] };
    table.chains.set(name, chain);
    const blocks = new TextBlocks(body);
    for (let item = blocks.nextRule(); item; item = blocks.nextRule()) {
      const { text, start } = item;
      const at = line + blocks.lineOf(start) - 1;
      chain.rules.push({ line: at, read: () => parseRule(text, anonymousChains(table, at)) });
    }
    return name;
  };
}

function freeName(table: NftTable, name: string): string {
  return table.chains.has(name) ? freeName(table, `${name}'`) : name;
}
