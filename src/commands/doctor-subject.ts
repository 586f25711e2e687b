import type { Scope } from '../doctor/scope.ts';
import { UsageError } from '../errors.ts';
import { readAddress } from '../explain/request.ts';
import { oneLine } from '../output/sanitize.ts';
import { isName } from '../snapshot/names.ts';
import { serviceArgument } from './service-argument.ts';

const SERVICE_WORDS = ['svc', 'service', 'services'];
const NODE_WORDS = ['node', 'nodes', 'no'];

/** Reads `svc NAME`, `node NAME`, `ip ADDR`, or nothing. Throws UsageError. */
export function readSubject([word, name]: readonly string[], namespace: string): Scope {
  if (word === undefined) return null;
  const isService = SERVICE_WORDS.includes(word);
  const isNode = NODE_WORDS.includes(word);
  if (!isService && !isNode && word !== 'ip') {
    throw new UsageError(`'${oneLine(word)}' is none of svc, node and ip`, {
      reason: 'invalid-value',
      help: 'extip doctor, extip doctor svc NAME, extip doctor node NAME, extip doctor ip ADDR',
    });
  }
  if (name === undefined) {
    throw new UsageError(`${word}: which?`, {
      reason: 'missing-argument',
      help: `extip doctor ${word} ${word === 'ip' ? 'ADDR' : 'NAME'}`,
    });
  }
  if (isService) return { kind: 'service', name: serviceArgument(name, namespace) };
  if (word === 'ip') return { kind: 'ip', ip: readAddress('ip', name).text };
  if (isName(name)) return { kind: 'node', node: name };
  throw new UsageError(`'${oneLine(name)}' is no node's name`, { reason: 'invalid-value' });
}
