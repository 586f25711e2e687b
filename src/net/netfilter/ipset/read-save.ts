import { parseIp } from '../../ip.ts';
import type { IpSet } from '../node-network.ts';
import type { Problem } from '../problem.ts';

const LINE_END = /\r\n|\r|\n/;

/**
 * Reads `ipset save`: by name, what each set holds. Elements keep their options, such as `nomatch`
 * and `timeout 30`; where a set masks its addresses (`netmask`), elements are written with that
 * prefix. Lines that are neither `create` nor `add`, and elements of sets that nothing creates, are
 * problems; the rest is read.
 */
export function readIpsetSave(text: string): {
  sets: ReadonlyMap<string, IpSet>;
  problems: readonly Problem[];
} {
  const sets = new Map<string, IpSet & { elements: string[]; netmask: string | undefined }>();
  const problems: Problem[] = [];
  for (const [index, line] of text.split(LINE_END).entries()) {
    const problem = (message: string, at = 0) =>
      problems.push({ line: index + 1, column: Math.max(at, line.search(/\S/)) + 1, message });
    const [command, name, rest] = splitLine(line);
    if (command === '' || command.startsWith('#')) continue;
    if (command === 'create') {
      const type = rest.split(/\s+/)[0] ?? '';
      if (!/^(hash|bitmap|list):[a-z,]+$/.test(type)) problem('a set without a type', line.length);
      else sets.set(name, { name, type, ...readOptions(rest), elements: [] });
    } else if (command === 'add') {
      const set = sets.get(name);
      if (!set) problem(`no set of this name is created before: ${name}`, line.indexOf(name));
      else if (rest === '') problem('an element is expected', line.length);
      else set.elements.push(withNetmask(rest, set));
    } else problem('neither create nor add');
  }
  return { sets: new Map([...sets].map(([name, set]) => [name, plain(set)])), problems };
}

function splitLine(line: string): [string, string, string] {
  const [, command = '', name = '', rest = ''] = /^\s*(\S*)\s*(\S*)\s*(.*?)\s*$/.exec(line) ?? [];
  return [command, name, rest];
}

function readOptions(rest: string): { family: 4 | 6 | null; netmask: string | undefined } {
  const family = /\sfamily (inet6?)\b/.exec(rest)?.[1];
  return {
    family: family === 'inet6' ? 6 : family === 'inet' || /^bitmap:ip/.test(rest) ? 4 : null,
    netmask: /\snetmask (\d+)\b/.exec(rest)?.[1],
  };
}

function withNetmask(element: string, { netmask }: { netmask: string | undefined }): string {
  const [address = '', ...options] = element.split(' ');
  const masked = netmask !== undefined && parseIp(address) !== null;
  return masked ? [`${address}/${netmask}`, ...options].join(' ') : element;
}

function plain({ name, type, family, elements }: IpSet): IpSet {
  return { name, type, family, elements };
}
