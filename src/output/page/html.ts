import { oneLine } from '../sanitize.ts';

/** More of a stranger's text one place of the page does not show. */
const MOST_CHARACTERS = 2000;

/** A piece of HTML, in which nothing is markup that was not written as such in this folder. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes: text is escaped, null is nothing. */
export type Content = Html | string | number | null | readonly Content[];

/** A template of HTML. Its values are content or, between quotes, attributes; never names of these. */
export function html(strings: TemplateStringsArray, ...values: Content[]): Html {
  const parts = strings.map((part, index) => `${part}${textOf(values[index] ?? null)}`);
  return new Html(parts.join(''));
}

/** A heading, and with an id a place that links lead to. */
export function heading(level: 1 | 2 | 3 | 4, content: Content, id: string | null = null): Html {
  const place = id === null ? '' : html` id="${id}" tabindex="-1"`.text;
  return new Html(`<h${level}${place}>${textOf(content)}</h${level}>`);
}

function textOf(content: Content): string {
  if (content === null) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'string') return escapeHtml(oneLine(content, MOST_CHARACTERS));
  if (typeof content === 'number') return String(content);
  return content.map(textOf).join('');
}

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => REFERENCES[character] ?? '');
}
