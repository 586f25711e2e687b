import type { TokenReader } from './tokens.ts';

/** Past what stands between a brace and its partner. Throws SyntaxError where that is missing. */
export function skipBraces(reader: TokenReader): void {
  let depth = 0;
  do {
    const word = reader.peek();
    reader.next();
    if (word === '{') depth++;
    if (word === '}') depth--;
  } while (depth > 0);
}

// Each option with the one word that follows it.
export function takeOptions(reader: TokenReader, options: string[], alone: string[] = []): string {
  const start = reader.position;
  reader.next();
  for (;;) {
    if (reader.take(...alone)) continue;
    const option = reader.take(...options);
    if (!option) return reader.between(start);
    if (option === 'tcp' || option === 'ip') continue;
    if (option === 'flags' && ['tcp', 'ip'].includes(reader.peek() ?? '')) reader.next();
    reader.next();
    while (reader.take(',')) reader.next();
  }
}

/** The words that belong to a statement, and the one word after them. */
export function takeWords(reader: TokenReader, words: string[]): string {
  const start = reader.position;
  reader.next();
  while (reader.take(...words)) {
    if (!words.includes(reader.peek() ?? '')) reader.next();
  }
  return reader.between(start);
}

/** `limit rate over 10 mbytes/second burst 5 packets`, `quota over 25 mbytes`, `limit name "x"`. */
export function takeRate(reader: TokenReader): string {
  const start = reader.position;
  reader.next();
  if (reader.take('name')) {
    reader.next();
    return reader.between(start);
  }
  reader.take('rate');
  reader.take('over', 'until');
  reader.next();
  takeUnit(reader);
  if (reader.take('burst')) {
    reader.next();
    takeUnit(reader);
  }
  if (reader.take('used')) {
    reader.next();
    takeUnit(reader);
  }
  return reader.between(start);
}

function takeUnit(reader: TokenReader): void {
  if (/^(packets|[km]?bytes)(\/|$)/.test(reader.peek() ?? '')) reader.next();
}

/**
 * Whether an element, or a set of such, says no by what came before (NFT_BREAK of its expressions,
 * kernel 6.18 net/netfilter/nft_dynset.c, nft_lookup.c).
 */
export function isRated(text: string): boolean {
  return /(^|[\s;])(limit rate|quota|ct count)\s/.test(text.replace(/"[^"]*"/g, ''));
}

/** `meter NAME { … }`. */
export function takeMeter(reader: TokenReader): string {
  const start = reader.position;
  while (reader.peek() !== '{') reader.next();
  skipBraces(reader);
  return reader.between(start);
}

/** `queue num 1-3 bypass`, `queue flags bypass to 1-3`. */
export function takeQueue(reader: TokenReader): string {
  const start = reader.position;
  reader.next();
  while (
    reader.take('num', 'to', 'flags', 'bypass', 'fanout', ',') ??
    /^\d/.test(reader.peek() ?? '')
  ) {
    if (/^\d/.test(reader.peek() ?? '')) reader.next();
  }
  return reader.between(start);
}
