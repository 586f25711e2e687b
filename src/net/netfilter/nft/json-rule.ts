import { anonymousChains } from './anonymous-chains.ts';
import { asFields, asList, expressionFromJson, verdictFromJson } from './json-expression.ts';
import { parseRule } from './parse-rule.ts';
import { print, printStatement } from './print.ts';
import type { MatchOperator, NftRule, NftTable, Statement } from './syntax.ts';
import { isRated } from './take-words.ts';

type Fields = Record<string, unknown>;

/** A rule of `nft -j`, with its text as `nft list ruleset` would have it. */
export function ruleFromJson(fields: Fields, table: NftTable, line: number): NftRule {
  const statements: Statement[] = [];
  const texts: string[] = [];
  let counters: NftRule['counters'] = null;
  for (const json of asList(fields.expr)) {
    // What has no JSON form in this version of nft stands there as text.
    if (typeof json === 'string') {
      const rule = parseRule(json, anonymousChains(table, line));
      statements.push(...rule.statements);
      texts.push(rule.text);
      continue;
    }
    const { packets, bytes } = asFields(asFields(json).counter);
    if (packets !== undefined) {
      counters = { packets: Number(packets), bytes: Number(bytes) };
      texts.push('counter');
      continue;
    }
    const statement = statementFromJson(asFields(json), table);
    statements.push(statement);
    texts.push(printStatement(statement));
  }
  const comment = typeof fields.comment === 'string' ? fields.comment : null;
  if (comment !== null) texts.push(`comment "${comment}"`);
  return { text: texts.join(' '), comment, counters, statements };
}

function statementFromJson(json: Fields, table: NftTable): Statement {
  const verdict = verdictFromJson(json);
  if (verdict) return { kind: 'verdict', verdict };
  const [kind = '', value] = Object.entries(json)[0] ?? [];
  const statement = READERS[kind]?.(asFields(value), table, value);
  return statement ?? { kind: 'other', text: JSON.stringify(json), final: false };
}

type Reader = (fields: Fields, table: NftTable, value: unknown) => Statement;

const READERS: Record<string, Reader> = {
  match: ({ op, left, right }) => ({
    kind: 'match',
    operator: op as MatchOperator,
    left: expressionFromJson(left),
    right: expressionFromJson(right),
  }),
  vmap: ({ key, data }) => ({
    kind: 'vmap',
    key: expressionFromJson(key),
    data: expressionFromJson(data),
  }),
  mangle: ({ key, value }) => ({
    kind: 'assign',
    target: expressionFromJson(key),
    value: expressionFromJson(value),
  }),
  reject: ({ type, expr }, table) => ({ kind: 'reject', with: rejectWith(type, expr, table) }),
  dnat: (fields) => nat('dnat', fields),
  snat: (fields) => nat('snat', fields),
  masquerade: (fields) => nat('masquerade', fields),
  redirect: (fields) => nat('redirect', fields),
  notrack: () => ({ kind: 'notrack' }),
  set: ({ op, elem, set, stmt }, table) => update(String(op), set, elem, stmt, undefined, table),
  map: ({ op, elem, map, stmt, data }, table) => update(String(op), map, elem, stmt, data, table),
  log: (fields) => ({ kind: 'log', text: `log${logOptions(fields)}` }),
  counter: (_, __, name) => ({ kind: 'aside', text: `counter name "${name}"` }),
  last: (_, __, value) => ({
    kind: 'aside',
    text: `last${value === null ? '' : ` used ${asFields(value).used ?? 'never'}`}`,
  }),
  dup: ({ addr, dev }) => ({
    kind: 'aside',
    text: `dup to ${printJson(addr)}${dev === undefined ? '' : ` device "${printJson(dev)}"`}`,
  }),
  flow: ({ op, flowtable }) => ({ kind: 'aside', text: `flow ${op} ${flowtable}` }),
  limit: (fields, _, value) => ({ kind: 'rate', text: limitText(fields, value) }),
  quota: ({ val, val_unit, inv }, _, value) => ({
    kind: 'rate',
    text:
      typeof value === 'string'
        ? `quota name "${value}"`
        : `quota ${inv ? 'over ' : ''}${val} ${val_unit}`,
  }),
  'ct count': ({ val, inv }) => ({ kind: 'rate', text: `ct count ${inv ? 'over ' : ''}${val}` }),
  meter: ({ name, key }) => ({ kind: 'rate', text: `meter ${name} { ${printJson(key)} }` }),
  queue: ({ num, flags }) => {
    const numbers = num === undefined ? '' : ` to ${printJson(num)}`;
    const words = asList(flags).join(',');
    return {
      kind: 'takes',
      verdict: 'queue',
      text: `queue${words && ` flags ${words}`}${numbers}`,
    };
  },
  fwd: ({ dev }) => ({ kind: 'takes', verdict: 'stolen', text: `fwd to "${printJson(dev)}"` }),
  synproxy: ({ mss, wscale, flags }) => {
    const words = [`mss ${mss}`, `wscale ${wscale}`, ...asList(flags)].join(' ');
    return { kind: 'takes', verdict: 'stolen', text: `synproxy ${words}` };
  },
  tproxy: ({ family, addr, port }) => {
    const target = `${addr === undefined ? '' : printJson(addr)}${port === undefined ? '' : `:${printJson(port)}`}`;
    const text = ['tproxy', family, 'to', target].filter(Boolean).join(' ');
    return { kind: 'takes', verdict: 'stolen', text };
  },
  xt: ({ type, name }) => ({ kind: 'other', text: `xt ${type} ${name}`, final: type === 'target' }),
};

function update(
  op: string,
  set: unknown,
  elem: unknown,
  stmt: unknown,
  data: unknown,
  table: NftTable,
): Statement {
  const name = String(set).replace(/^@/, '');
  const key = expressionFromJson(elem);
  const { timeout } = asFields(asFields(elem).elem);
  const options = [
    ...(timeout === undefined ? [] : [`timeout ${timeout}s`]),
    ...asList(stmt).map((one) =>
      'counter' in asFields(one)
        ? 'counter'
        : printStatement(statementFromJson(asFields(one), table)),
    ),
    ...(data === undefined ? [] : [`: ${printJson(data)}`]),
  ];
  const element = [print(key), ...options].join(' ');
  const rated = isRated(element);
  return { kind: 'update', op, set: name, key, rated, text: `${op} @${name} { ${element} }` };
}

// The JSON names the default as well, the text does not. nft 1.0.6 src/statement.c reject_stmt_print.
function rejectWith(type: unknown, expr: unknown, table: NftTable): string | null {
  if (type === undefined) return null;
  if (expr === undefined) return String(type);
  const standard = { ip: 'icmp', ip6: 'icmpv6' }[table.family] ?? 'icmpx';
  return type === standard && expr === 'port-unreachable' ? null : `${type} ${expr}`;
}

function nat(verb: 'dnat' | 'snat' | 'masquerade' | 'redirect', fields: Fields): Statement {
  const { family, addr, port, flags, type_flags } = fields;
  const prefix = asList(type_flags).includes('prefix') ? ['prefix'] : [];
  return {
    kind: 'nat',
    verb,
    family: family === 'ip' || family === 'ip6' ? family : null,
    address: addr === undefined ? null : expressionFromJson(addr),
    port: port === undefined ? null : expressionFromJson(port),
    flags: [
      ...prefix,
      ...asList(flags)
        .map(String)
        .filter((flag) => !(prefix.length > 0 && flag === 'netmap')),
    ],
  };
}

function logOptions({ prefix, level, flags, group, snaplen, ...rest }: Fields): string {
  const options = [
    prefix !== undefined && `prefix "${prefix}"`,
    level !== undefined && `level ${level}`,
    group !== undefined && `group ${group}`,
    snaplen !== undefined && `snaplen ${snaplen}`,
    rest['queue-threshold'] !== undefined && `queue-threshold ${rest['queue-threshold']}`,
    ...asList(flags).map((flag) => `flags ${flag}`),
  ];
  return options.flatMap((option) => (option ? [` ${option}`] : [])).join('');
}

// A burst of 5 packets, and of nothing for bytes, is what nft leaves out. src/statement.c limit_stmt_print.
function limitText(
  { rate, per, inv, burst, rate_unit, burst_unit }: Fields,
  value: unknown,
): string {
  if (typeof value === 'string') return `limit name "${value}"`;
  const unit = rate_unit === undefined || rate_unit === 'packets' ? '' : ` ${rate_unit}`;
  const standard = unit === '' ? 5 : 0;
  const burstText =
    burst === undefined || burst === standard
      ? ''
      : ` burst ${burst} ${unit === '' ? 'packets' : (burst_unit ?? 'bytes')}`;
  return `limit rate ${inv ? 'over ' : ''}${rate}${unit}/${per}${burstText}`;
}

function printJson(json: unknown): string {
  return print(expressionFromJson(json));
}
