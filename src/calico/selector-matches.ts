import type { Selector } from './selector.ts';

export type Labels = Readonly<Record<string, string>>;

/**
 * Whether labels are what the selector asks for. A label that is not there is unequal to everything and
 * in no set; `global()` is true of everything (libcalico-go/lib/selector/parser/ast.go, 3.28 and 3.32).
 */
export function selectorMatches(selector: Selector, labels: Labels): boolean {
  switch (selector.kind) {
    case 'all':
    case 'global':
      return true;
    case 'not':
      return !selectorMatches(selector.of, labels);
    case 'and':
      return selector.of.every((part) => selectorMatches(part, labels));
    case 'or':
      return selector.of.some((part) => selectorMatches(part, labels));
  }
  const value = Object.hasOwn(labels, selector.label) ? labels[selector.label] : undefined;
  switch (selector.kind) {
    case 'has':
      return value !== undefined;
    case 'in':
      return value !== undefined && selector.values.includes(value);
    case 'not in':
      return value === undefined || !selector.values.includes(value);
    case '==':
      return value === selector.value;
    case '!=':
      return value !== selector.value;
    case 'contains':
      return value?.includes(selector.value) === true;
    case 'starts with':
      return value?.startsWith(selector.value) === true;
    case 'ends with':
      return value?.endsWith(selector.value) === true;
  }
}

/**
 * The selector of namespaces or service accounts as one of endpoints, which have the labels of theirs
 * with a prefix (`pcns.`, `pcsa.`).
 */
export function prefixed(selector: Selector, prefix: string): Selector {
  return mapped(selector, (leaf) =>
    'label' in leaf ? { ...leaf, label: `${prefix}${leaf.label}` } : leaf,
  );
}

/** The selector with others in place of `all()` and `global()`. */
export function replacing(
  selector: Selector,
  { all, global }: { all?: Selector; global?: Selector },
): Selector {
  return mapped(selector, (leaf) => {
    if (leaf.kind === 'all') return all ?? leaf;
    return leaf.kind === 'global' ? (global ?? leaf) : leaf;
  });
}

function mapped(selector: Selector, change: (leaf: Selector) => Selector): Selector {
  if (selector.kind === 'not') return { kind: 'not', of: mapped(selector.of, change) };
  if (selector.kind === 'and' || selector.kind === 'or') {
    return { kind: selector.kind, of: selector.of.map((part) => mapped(part, change)) };
  }
  return change(selector);
}
