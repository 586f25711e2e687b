import { type DefaultTreeAdapterTypes, parse } from 'parse5';

export interface PageElement {
  tag: string;
  attributes: Record<string, string>;
  /** Of all that is in it. */
  text: string;
}

/** The page's elements in their order, as a browser reads it; comments are elements `#comment`. */
export function readPage(page: string): PageElement[] {
  const found: PageElement[] = [];
  visit(parse(page, { onParseError: ({ code }) => found.push(faulty(code)) }));
  return found;

  function visit(node: DefaultTreeAdapterTypes.Node): string {
    if (node.nodeName === '#text') return (node as DefaultTreeAdapterTypes.TextNode).value;
    if (node.nodeName === '#comment') found.push({ tag: '#comment', attributes: {}, text: '' });
    const element: PageElement = { tag: node.nodeName, attributes: {}, text: '' };
    if ('attrs' in node) {
      found.push(element);
      element.attributes = Object.fromEntries(node.attrs.map(({ name, value }) => [name, value]));
    }
    const children = 'childNodes' in node ? node.childNodes : [];
    element.text = children.map(visit).join('');
    return element.text;
  }
}

function faulty(code: string): PageElement {
  return { tag: '#error', attributes: {}, text: code };
}
