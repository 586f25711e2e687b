import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml';
import { UsageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { oneLine } from '../output/sanitize.ts';
import { describeIssue, issuePath } from './issues.ts';
import { Config } from './schema.ts';

/**
 * The configuration in this text. Throws a UsageError with file, line and column for broken YAML,
 * anchors and aliases (a few lines of them can mean gigabytes), duplicate and unknown keys, wrong
 * types and values. `file` is only for messages.
 */
export function parseConfig(text: string, file: string): Config {
  const lines = new LineCounter();
  const fail = (offset: number, what: string, help?: string): never => {
    const { line, col } = lines.linePos(offset);
    throw new UsageError(`${oneLine(file)}:${line}:${col}: ${oneLine(what)}`, {
      reason: 'config-invalid',
      ...(help && { help }),
    });
  };

  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = [...yaml.errors, ...yaml.warnings];
  if (error?.code === 'MULTIPLE_DOCS') return fail(error.pos[0], 'only one document is allowed');
  if (error) return fail(error.pos[0], error.message);
  visit(yaml, {
    Alias: (_, node) => fail(node.range?.[0] ?? 0, 'YAML aliases are not allowed'),
    Node: (_, node) => {
      if ('anchor' in node && node.anchor)
        fail(node.range?.[0] ?? 0, 'YAML anchors are not allowed');
    },
  });

  const parsed = Config.safeParse(yaml.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (!issue) throw parsed.error;
  const { what, unknown } = describeIssue(issue);
  const near = unknown && nearest(unknown.key, unknown.known);
  return fail(offsetOf(yaml, issuePath(issue)), what, near ? `did you mean ${near}?` : undefined);
}

/** Where the key (or the item) at the end of the path begins; else what is nearest above it. */
function offsetOf(yaml: Document.Parsed, path: readonly PropertyKey[]): number {
  let node: unknown = yaml.contents;
  let offset = yaml.contents?.range[0] ?? 0;
  for (const step of path) {
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      : undefined;
    node = pair ? pair.value : isSeq(node) ? node.items[Number(step)] : undefined;
    const place = pair ? pair.key : node;
    if (!isNode(place) || !place.range) break;
    offset = place.range[0];
  }
  return offset;
}
