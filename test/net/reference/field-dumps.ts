import { readSave } from '../../../src/net/netfilter/iptables/read-save.ts';
import { readNftText } from '../../../src/net/netfilter/nft/read-nft.ts';
import { referenceFiles, referenceText } from './files.ts';
import type { Outcome } from './outcome.ts';

/** Every dump from the field: it is read, and each of its problems has a place and says why. */
export function fieldDumps(): Outcome[] {
  const saves = referenceFiles('field', '.iptables-save').map((name): Outcome => {
    const save = readSave(referenceText('field', name));
    return dump(name, save.tables.length, save.checkAll());
  });
  const listings = referenceFiles('field', '.nft').map((name): Outcome => {
    const { tables, setAside, problems } = readNftText(referenceText('field', name));
    return dump(name, tables.length + setAside.length, problems);
  });
  return [...saves, ...listings];
}

function dump(
  name: string,
  tables: number,
  problems: readonly { line: number; column: number; message: string }[],
): Outcome {
  const named = problems.filter((it) => it.line > 0 && it.column > 0 && it.message !== '');
  // What was loaded into a kernel is whole.
  const isWhole = !name.includes('.loaded.') || problems.length === 0;
  const isRead = tables > 0 && named.length === problems.length && isWhole;
  return { name, expected: 'read', found: isRead ? 'read' : JSON.stringify(problems.slice(0, 3)) };
}
