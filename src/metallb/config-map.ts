import { type Document, isAlias, isMap, isNode, isScalar, isSeq, parseDocument, visit } from 'yaml';
import { type IpRange, parseRange } from '../net/ip.ts';
import { yamlFault } from './yaml-fault.ts';

/** A pool of the ConfigMap by which MetalLB was configured up to 0.12. */
export interface OldPool {
  name: string;
  protocol: string;
  /** CIDRs or `FIRST-LAST`, as they stand there. */
  addresses: readonly string[];
  autoAssign: boolean;
  avoidBuggyIPs: boolean;
}

/** Why MetalLB does not take the configuration; it goes on with what it had before. */
export interface ConfigFault {
  line: number;
  column: number;
  message: string;
}

/** What the ConfigMap says. */
export interface OldConfig {
  pools: readonly OldPool[];
  faults: readonly ConfigFault[];
}

type Path = readonly (string | number)[];

/**
 * The pools of MetalLB's old ConfigMap, and what is wrong with it, by its place. The rest of it may hold BGP
 * passwords, so nothing of the text is told but a pool's name and addresses. What MetalLB refuses: a pool
 * without a name, a protocol or addresses, or with the name of another; what is no range
 * (internal/config of 0.15, whose pools follow the same rules but for the protocol; that is asked for since 0.3,
 * says MetalLB's page of release notes). The code of 0.12 itself was not read.
 */
export function readOldConfig(text: string): OldConfig {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) {
    const { line, col } = error.linePos?.[0] ?? { line: 1, col: 1 };
    return { pools: [], faults: [{ line, column: col, message: yamlFault(error.code) }] };
  }
  const config = new Reader(document, text).config();
  // What an alias stands for has its place elsewhere.
  return hasAlias(document) ? { ...config, faults: [] } : config;
}

function hasAlias(document: Document): boolean {
  let found = false;
  visit(document, {
    Alias() {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

class Reader {
  readonly #document: Document;
  readonly #text: string;
  readonly #faults: ConfigFault[] = [];

  constructor(document: Document, text: string) {
    this.#document = document;
    this.#text = text;
  }

  config(): OldConfig {
    const { contents } = this.#document;
    if (contents !== null && !isMap(contents) && !isNull(contents)) {
      this.#fault([], 'not a list of keys and values');
      return { pools: [], faults: this.#faults };
    }
    const pools = this.#items(['address-pools']).map((path) => this.#pool(path));
    const names = new Set<string>();
    for (const [index, { name }] of pools.entries()) {
      if (names.has(name))
        this.#fault(['address-pools', index, 'name'], `there are two pools ${name}`);
      names.add(name);
    }
    return { pools, faults: this.#faults };
  }

  #pool(path: Path): OldPool {
    const name = this.#word([...path, 'name'], 'the pool has no name');
    const protocol = this.#word([...path, 'protocol'], 'the pool has no protocol');
    if (protocol !== '' && protocol !== 'layer2' && protocol !== 'bgp') {
      this.#fault([...path, 'protocol'], 'the protocol is neither layer2 nor bgp');
    }
    const at = [...path, 'addresses'];
    const items = this.#items(at);
    if (items.length === 0) this.#fault(at, 'the pool has no addresses');
    const addresses = items.map((item) => this.#word(item, 'not a range of addresses'));
    for (const [index, address] of addresses.entries()) {
      if (address === '' || rangeOf(address)) continue;
      this.#fault(items[index] ?? at, 'not a range of addresses, neither CIDR nor FIRST-LAST');
    }
    return {
      name,
      protocol,
      addresses,
      autoAssign: this.#document.getIn([...path, 'auto-assign']) !== false,
      avoidBuggyIPs: this.#document.getIn([...path, 'avoid-buggy-ips']) === true,
    };
  }

  #at(path: Path): unknown {
    const node = this.#document.getIn(path, true);
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  /** The paths of a list's items; of what is not there none. */
  #items(path: Path): Path[] {
    const node = this.#at(path);
    if (node === undefined || isNull(node)) return [];
    if (isSeq(node)) return node.items.map((_, index) => [...path, index]);
    this.#fault(path, 'not a list');
    return [];
  }

  /** A text that may not be empty; where there is none it is a fault. */
  #word(path: Path, missing: string): string {
    const node = this.#at(path);
    if (isScalar(node) && typeof node.value === 'string' && node.value !== '') return node.value;
    this.#fault(path, missing);
    return '';
  }

  /** At the node, or at the nearest one around it that is there. */
  #fault(path: Path, message: string) {
    let at = path;
    let node = this.#document.getIn(at, true);
    while (!(isNode(node) && node.range) && at.length > 0) {
      at = at.slice(0, -1);
      node = at.length === 0 ? this.#document.contents : this.#document.getIn(at, true);
    }
    const offset = (isNode(node) && node.range?.[0]) || 0;
    const before = this.#text.slice(0, offset).split('\n');
    this.#faults.push({ line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message });
  }
}

function isNull(node: unknown): boolean {
  return isScalar(node) && node.value === null;
}

/** As MetalLB reads it: an address alone is none (ParseCIDR, internal/config/config.go, 0.15). */
export function rangeOf(text: string): IpRange | null {
  return /[/-]/.test(text) ? parseRange(text.trim()) : null;
}
