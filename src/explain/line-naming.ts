const LF = 10;

/** The first line of the dump, from 1, that has the address as a word; null: there is none. */
export function lineNaming(bytes: Buffer, address: string): number | null {
  for (let at = bytes.indexOf(address); at >= 0; at = bytes.indexOf(address, at + 1)) {
    const before = String.fromCharCode(bytes[at - 1] ?? LF);
    const after = String.fromCharCode(bytes[at + address.length] ?? LF);
    if (!/[\w.:]/.test(before) && !/[\w.]/.test(after)) return lineOf(bytes, at);
  }
  return null;
}

function lineOf(bytes: Buffer, end: number): number {
  let line = 1;
  for (let at = bytes.indexOf(LF); at >= 0 && at < end; at = bytes.indexOf(LF, at + 1)) line++;
  return line;
}
