import { byteLines, LF } from './byte-lines.ts';

const HEAD = '{"nftables": [';
const TAIL = ']}';

/**
 * The listings that `nft -j list table` printed, a line each, as one of `nft -j list ruleset`; null
 * where they are no such listings.
 */
export function joinListings(bytes: Buffer): Buffer | null {
  const parts: Buffer[] = [];
  for (const one of byteLines(bytes)) {
    const line = one.at(-1) === LF ? one.subarray(0, -1) : one;
    if (line.length === 0) continue;
    const isListing =
      line.indexOf(HEAD) === 0 && line.lastIndexOf(TAIL) === line.length - TAIL.length;
    if (!isListing) return null;
    parts.push(line);
  }
  const [first] = parts;
  if (parts.length === 1 && first) return first;
  const items = parts.map((line) => line.subarray(HEAD.length, line.length - TAIL.length));
  const separated = items.flatMap((item, index) =>
    index > 0 ? [Buffer.from(', '), item] : [item],
  );
  return Buffer.concat([Buffer.from(HEAD), ...separated, Buffer.from(`${TAIL}\n`)]);
}
