import { escapeControls } from './json.ts';
import { hasUnsafe } from './sanitize.ts';

/** The document as YAML, as kubectl prints it; the library is loaded when it is needed. */
export async function toYaml(value: object): Promise<string> {
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
  return escapeControls(yaml.toString({ lineWidth: 0 }));
}
