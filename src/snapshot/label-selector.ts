import { UsageError } from '../errors.ts';

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

/**
 * What kubectl's `-l` asks of labels: `a=b,c!=d,e in (x,y),f notin (z),g,!h`, all of them. Where there
 * is no API server to judge it. Throws a UsageError for what is no selector.
 */
export function labelMatcher(selector: string): (labels: Labels) => boolean {
  // Not between the parentheses of a set.
  const parts = selector.split(/,(?![^(]*\))/).map((part) => part.trim());
  const requirements = selector.trim() === '' ? [] : parts.map(requirement);
  return (labels) => requirements.every((matches) => matches(labels));
}

const KEY = '[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?';
const VALUE = '([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?';
const EQUALITY = new RegExp(`^(?<key>${KEY})\\s*(?<operator>==?|!=)\\s*(?<value>${VALUE})$`);
const SET = new RegExp(
  `^(?<key>${KEY})\\s+(?<operator>in|notin)\\s*\\(\\s*(?<values>${VALUE}(\\s*,\\s*${VALUE})*)\\s*\\)$`,
);
const PRESENCE = new RegExp(`^(?<not>!?)\\s*(?<key>${KEY})$`);

function requirement(text: string): Requirement {
  const equality = EQUALITY.exec(text)?.groups;
  if (equality) {
    const { key = '', operator, value = '' } = equality;
    return (labels) => (own(labels, key) === value) === (operator !== '!=');
  }
  const set = SET.exec(text)?.groups;
  if (set) {
    const { key = '', operator, values = '' } = set;
    const wanted: (string | undefined)[] = values.split(',').map((value) => value.trim());
    return (labels) => wanted.includes(own(labels, key)) === (operator === 'in');
  }
  const presence = PRESENCE.exec(text)?.groups;
  if (presence) {
    const { key = '', not } = presence;
    return (labels) => (own(labels, key) !== undefined) === (not === '');
  }
  throw new UsageError(`--selector: '${text}' is no selector of labels`, {
    reason: 'invalid-value',
    help: 'for example: -l app=shop,tier!=test',
  });
}

function own(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
