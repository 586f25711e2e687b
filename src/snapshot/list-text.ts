import type { ApiObject } from './trim.ts';

/** The objects as kubectl prints a List, in pieces: of many objects no single text is made. */
export function* listText(items: readonly ApiObject[]): Generator<string> {
  yield '{\n  "apiVersion": "v1",\n  "kind": "List",\n  "metadata": {\n    "resourceVersion": ""\n  },\n  "items": [';
  for (const [index, item] of items.entries()) {
    const text = JSON.stringify(item, null, 2).replaceAll('\n', '\n    ');
    yield `${index > 0 ? ',' : ''}\n    ${text}`;
  }
  yield items.length > 0 ? '\n  ]\n}\n' : ']\n}\n';
}
