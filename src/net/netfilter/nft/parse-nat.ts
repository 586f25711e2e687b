import { parseExpression, parseRight } from './parse-expression.ts';
import type { Expression, NatStatement } from './syntax.ts';
import { TokenReader } from './tokens.ts';

/** Also `dnat ip addr . port to …` (nft 0.9) and `snat ip prefix to …`. */
export function parseNat(reader: TokenReader): NatStatement {
  const verb = reader.next() as 'dnat' | 'snat' | 'masquerade' | 'redirect';
  const family = reader.take('ip', 'ip6') as 'ip' | 'ip6' | null;
  const flags: string[] = [];
  if (reader.take('prefix')) flags.push('prefix');
  if (reader.take('addr')) {
    reader.expect('.');
    reader.expect('port');
  }
  let address: Expression | null = null;
  let port: Expression | null = null;
  if (reader.take('to')) {
    const target = splitPort(reader.peek() ?? '');
    if (target) {
      reader.next();
      address = target.address === '' ? null : parseRight(new TokenReader(target.address));
      port = parseRight(new TokenReader(target.port));
    } else {
      address = parseExpression(reader);
      if (reader.take(':')) port = parseExpression(reader);
    }
  }
  for (let flag = takeFlag(reader); flag; flag = takeFlag(reader)) flags.push(flag);
  return { kind: 'nat', verb, family, address, port, flags };
}

function takeFlag(reader: TokenReader): string | null {
  reader.take(',');
  return reader.take('random', 'fully-random', 'persistent', 'netmap');
}

// `10.0.0.1-10.0.0.9:80-90`, `[fd00::1]:80`, `:8080`; null for an address without a port.
function splitPort(word: string): { address: string; port: string } | null {
  const bracket = /^\[([^\]]*)\](?:-\[([^\]]*)\])?(?::(.+))?$/.exec(word);
  if (bracket?.[3]) {
    const [, first = '', last, port] = bracket;
    return { address: last ? `${first}-${last}` : first, port };
  }
  const plain = /^([^:]*):([^:]+)$/.exec(word);
  return plain ? { address: plain[1] ?? '', port: plain[2] ?? '' } : null;
}
