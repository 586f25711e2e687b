import { UsageError } from '../errors.ts';
import { cidrText } from '../net/ip.ts';
import { oneLine } from '../output/sanitize.ts';
import { MAX_SOURCES } from '../snapshot/records.ts';

/** The CIDRs of `--source`, each once; null: none was given. Throws UsageError. */
export function sourcesArgument(texts: readonly string[]): string[] | null {
  const sources = new Set(texts.flatMap((text) => text.split(',')).map(readSource));
  if (sources.size > MAX_SOURCES) {
    throw new UsageError(`--source: ${sources.size} are more than ${MAX_SOURCES}`, {
      reason: 'invalid-value',
      help: 'join them to larger ranges',
    });
  }
  return sources.size === 0 ? null : [...sources];
}

function readSource(text: string): string {
  const cidr = cidrText(text.trim());
  if (cidr) return cidr;
  throw new UsageError(`--source: '${oneLine(text)}' is no CIDR`, {
    reason: 'invalid-value',
    help: 'for example: --source 192.0.2.0/24 or --source 192.0.2.10',
  });
}
