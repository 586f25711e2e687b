import type { IncomingMessage } from 'node:http';
import { oneLine } from '../output/sanitize.ts';

/**
 * Returns a function that reports the `Warning:` headers of an answer (RFC 7234, `299 - "text"`),
 * each distinct text once.
 */
export function warningReporter(
  onWarning: (text: string) => void,
): (message: IncomingMessage) => void {
  const seen = new Set<string>();
  return (message) => {
    for (const text of (message.headersDistinct.warning ?? []).flatMap(parseWarnings)) {
      if (seen.has(text)) continue;
      seen.add(text);
      onWarning(text);
    }
  };
}

/** The texts of one `Warning` header, safe for a terminal. */
export function parseWarnings(header: string): string[] {
  const quoted = header.matchAll(/\b299 \S+ "((?:[^"\\]|\\.)*)"/gs);
  return [...quoted].map(([, text = '']) => oneLine(text.replace(/\\(.)/gs, '$1')));
}
