import type { Problem } from '../problem.ts';
import type { Table } from '../rules.ts';
import { managedByIptables } from './managed.ts';
import { readNftJson as readJson } from './read-json.ts';
import { readNftText as readText } from './read-text.ts';
import type { NftRuleset } from './syntax.ts';
import { chainsSetAside, nftTables } from './tables.ts';

/** What `nft list ruleset` says, ready for a walk. */
export interface NftListing {
  tables: readonly Table[];
  /** Tables that iptables-nft keeps, as `FAMILY NAME`: to be left out where its own save is at hand. */
  managed: ReadonlySet<string>;
  /** Base chains that are not walked, e.g. `bridge filter forward (forward)`. */
  setAside: readonly string[];
  /** What could not be read; the rest is used. */
  problems: readonly Problem[];
}

/** Reads `nft -j list ruleset`. */
export function readNftJson(text: string): NftListing {
  return listing(readJson(text));
}

/** Reads `nft list ruleset`. */
export function readNftText(text: string): NftListing {
  return listing(readText(text));
}

function listing(ruleset: NftRuleset): NftListing {
  const { problems } = ruleset;
  const managed = managedByIptables(ruleset);
  return { tables: nftTables(ruleset), managed, setAside: chainsSetAside(ruleset), problems };
}
