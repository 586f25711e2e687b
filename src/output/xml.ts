import { oneLine } from './sanitize.ts';

export type Attributes = Readonly<Record<string, string | number>>;

/** An XML element; `content`: elements as this function returns them. */
export function element(name: string, attributes: Attributes, content: readonly string[]): string {
  const start = [
    name,
    ...Object.entries(attributes).map(([key, value]) => `${key}="${escapeXml(String(value))}"`),
  ];
  if (content.length === 0) return `<${start.join(' ')}/>`;
  return `<${start.join(' ')}>\n${content.map(indent).join('\n')}\n</${name}>`;
}

/** An XML element with a text of several lines in it. */
export function textElement(
  name: string,
  attributes: Attributes,
  lines: readonly string[],
): string {
  return element(name, attributes, lines.map(escapeXml));
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** In one line: there are control characters that no XML may have. */
function escapeXml(text: string): string {
  return oneLine(text).replace(/[&<>"]/g, (character) => ENTITIES[character] as string);
}
