import type { Family } from '../net/ip.ts';
import { readIpsetSave } from '../net/netfilter/ipset/read-save.ts';
import { readSave } from '../net/netfilter/iptables/read-save.ts';
import { readNftJson } from '../net/netfilter/nft/read-nft.ts';
import type { NodeNetwork } from '../net/netfilter/node-network.ts';
import type { Problem } from '../net/netfilter/problem.ts';
import type { Table } from '../net/netfilter/rules.ts';
import {
  type IpAnswer,
  readAddresses,
  readRoutes,
  readRules as readRoutingRules,
} from '../net/routing/read-ip-json.ts';
import { type Neighbour, readNeighbours } from '../net/routing/read-neighbours.ts';
import type { NodeFile, NodeFiles } from '../snapshot/node-files.ts';
import { filesFor, ipFiles, ruleFiles } from './files-of-node.ts';
import { readSysctls } from './read-sysctls.ts';

/** What the files of a node say, ready for a walk. */
export interface ReadNode {
  network: NodeNetwork;
  tables: readonly Table[];
  /** Who the node takes to have addresses; undefined: not known. */
  neighbours: readonly Neighbour[] | undefined;
  /** Interfaces that have others as their ports; undefined: not known. */
  bridges: ReadonlySet<string> | undefined;
  /**
   * Files that are not there, or are cut off, with the reason: what they would say is not known, and
   * not nothing.
   */
  missing: readonly { file: NodeFile; reason: string }[];
  /** In which mode kube-proxy says it is, e.g. `iptables`; null: nobody answers there, or it was not asked. */
  proxyMode: string | null;
  /** At least one of the files that have rules is there. */
  areRulesKnown: boolean;
  /** iptables' own rules are known from nft's listing alone, which leaves out what it cannot show. */
  isLossy: boolean;
  /** What could not be read; of rules those that walks have come to so far. The rest is used. */
  readonly problems: readonly FileProblem[];
}

export interface FileProblem extends Problem {
  file: NodeFile;
}

/**
 * Reads what is known of a node's network for packets of one family: the rules of both variants of
 * iptables and nft's own tables, routes, routing rules, addresses, settings and ipsets.
 */
export function readNode({ bytes, missing }: NodeFiles, family: Family): ReadNode {
  const problems: FileProblem[] = [];
  const list = <T>(file: NodeFile, read: (text: string) => IpAnswer<T>) => {
    if (!bytes[file]) return undefined;
    const answer = read(bytes[file].toString());
    problems.push(...answer.problems.map((message) => ({ file, line: 1, column: 1, message })));
    return answer.items;
  };
  const ipsets = readIpsetSave(bytes['ipset-save.txt']?.toString() ?? '');
  problems.push(...ipsets.problems.map((it) => ({ file: 'ipset-save.txt' as const, ...it })));
  const rules = readAllRules(bytes, family);
  const files = ipFiles(family);
  return {
    network: {
      interfaces: list('ip-addr.json', readAddresses),
      routes: list(files.routes, (text) => readRoutes(text, family)),
      rules: list(files.rules, (text) => readRoutingRules(text, family)),
      sysctls: readSysctls(bytes['sysctl.txt']?.toString() ?? ''),
      ipsets: ipsets.sets,
    },
    tables: rules.tables,
    neighbours: list(files.neighbours, readNeighbours),
    bridges: bytes['ip-addr.json'] && mastersIn(bytes['ip-addr.json'].toString()),
    missing: [
      ...rules.damaged,
      ...filesFor(family).flatMap((file) =>
        bytes[file] ? [] : [{ file, reason: missing[file] ?? 'it was not read' }],
      ),
    ],
    proxyMode: bytes['kube-proxy.txt']?.toString().trim() ?? null,
    areRulesKnown: Object.values(ruleFiles(family)).some(
      (file) => bytes[file] && !rules.damaged.some((one) => one.file === file),
    ),
    isLossy: rules.isLossy,
    get problems() {
      return [...problems, ...rules.problems];
    },
  };
}

interface Rules extends Pick<ReadNode, 'tables' | 'isLossy' | 'problems'> {
  damaged: ReadNode['missing'];
}

/**
 * Tables that iptables-nft keeps are in nft's listing, too: they are taken from its own save. Of a file
 * that is cut off nothing is taken: the rule that decides may be behind its end.
 */
function readAllRules(bytes: NodeFiles['bytes'], family: Family): Rules {
  const files = ruleFiles(family);
  const saves = (['iptables-nft', 'iptables-legacy'] as const).flatMap((variant) => {
    const dump = bytes[files[variant]];
    // Where there are no rules the programs print nothing.
    if (!dump?.length) return [];
    return { file: files[variant], save: readSave(dump, { family, variant }) };
  });
  const listing = bytes['nft.json']?.length ? readNftJson(bytes['nft.json'].toString()) : null;
  const damaged = saves.flatMap(({ file, save }) =>
    save.isCutOff ? [{ file, reason: 'it is cut off' }] : [],
  );
  if (listing && listing.problems.length > 0 && listing.tables.length === 0) {
    damaged.push({ file: 'nft.json', reason: 'it is no listing of nft' });
  }
  const isDamaged = (file: NodeFile) => damaged.some((one) => one.file === file);
  const isSaved = bytes[files['iptables-nft']] !== undefined && !isDamaged(files['iptables-nft']);
  const isLeftOut = ({ family, name }: Table) =>
    isSaved && listing?.managed.has(`${family} ${name}`) === true;
  return {
    tables: [
      ...saves.flatMap(({ file, save }) => (isDamaged(file) ? [] : save.tables)),
      ...(listing?.tables.filter((table) => !isLeftOut(table)) ?? []),
    ],
    damaged,
    isLossy: !isSaved && (listing?.managed.size ?? 0) > 0,
    get problems() {
      return [
        ...saves.flatMap(({ file, save }) => save.problems.map((it) => ({ file, ...it }))),
        ...(listing?.problems.map((it) => ({ file: 'nft.json' as const, ...it })) ?? []),
      ];
    },
  };
}

/** Bridges, bonds and the like: whatever `ip` names as the master of an interface. */
function mastersIn(addresses: string): Set<string> {
  const names = addresses.matchAll(/"master":\s*"([^"]*)"/g);
  return new Set(Array.from(names, ([, name = '']) => name));
}
