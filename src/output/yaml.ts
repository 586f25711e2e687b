import { escapeControls } from './json.ts';
import { hasUnsafe } from './sanitize.ts';

/**
 * The document as YAML, as kubectl prints it, after a `---` where it is one of a `stream`; the
 * library is loaded when it is needed.
 */
export async function toYaml(value: object, { stream = false } = {}): Promise<string> {
  const { Document, visit } = await import('./yaml-library.ts');
  // Through JSON, so that both formats have the same fields (undefined ones are dropped).
  const yaml = new Document(JSON.parse(JSON.stringify(value)), { aliasDuplicateObjects: false });
  visit(yaml, {
    Scalar: (_, node) => {
      // Only between double quotes has YAML escapes.
      const text = String(node.value).replaceAll('\n', '');
      if (hasUnsafe(text)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return `${stream ? '---\n' : ''}${escapeControls(yaml.toString({ lineWidth: 0 }))}`;
}
