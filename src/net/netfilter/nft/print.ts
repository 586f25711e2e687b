import type { Datatype } from './datatypes.ts';
import { typeOf } from './selector-types.ts';
import type { Element, Expression, NatStatement, RuleVerdict, Statement } from './syntax.ts';

// Keys that nft writes without `meta`, and those whose values it quotes. nft 1.0.6 src/meta.c, src/ct.c.
const UNQUALIFIED = new Set(['iif', 'iifname', 'iifgroup', 'oif', 'oifname', 'oifgroup']);
const QUOTED = new Set([
  'meta hour',
  'meta day',
  'meta time',
  'ct helper',
  'ct timeout',
  'osf name',
]);

/** A statement as `nft list ruleset` (1.0.6) writes it. */
export function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'match':
      return printMatch(statement);
    case 'vmap':
      return `${print(statement.key)} vmap ${printConstant(statement.data, statement.key)}`;
    case 'verdict':
      return printVerdict(statement.verdict);
    case 'reject':
      return statement.with === null ? 'reject' : `reject with ${statement.with}`;
    case 'nat':
      return printNat(statement);
    case 'assign':
      return `${print(statement.target)} set ${printConstant(statement.value, statement.target)}`;
    case 'notrack':
      return 'notrack';
    default:
      return statement.text;
  }
}

/** An expression that a packet answers, as nft writes it. */
export function print(expression: Expression): string {
  switch (expression.kind) {
    case 'payload':
      return `${expression.protocol} ${expression.field}`;
    case 'raw':
      return `@${expression.base},${expression.offset},${expression.length}`;
    case 'meta':
      return UNQUALIFIED.has(expression.key) ? expression.key : `meta ${expression.key}`;
    case 'ct':
      return ['ct', expression.direction, expression.key].filter(Boolean).join(' ');
    case 'fib':
      return `fib ${expression.flags.join(' . ')} ${expression.result}`;
    case 'numgen':
      return `numgen ${expression.mode} mod ${expression.modulus}${printOffset(expression.offset)}`;
    case 'hash': {
      const of = expression.of ? ` ${print(expression.of)}` : '';
      const seed = expression.seed ? ` seed ${hexadecimal(expression.seed, 0)}` : '';
      return `${expression.name}${of} mod ${expression.modulus}${seed}${printOffset(expression.offset)}`;
    }
    case 'other':
      return expression.text;
    case 'concat':
      return expression.parts.map(print).join(' . ');
    default:
      return printTyped(expression, ['integer'], false);
  }
}

/** A constant (or whatever stands in its place) beside what it is compared with or assigned to. */
export function printConstant(expression: Expression, beside: Expression): string {
  const types = beside.kind === 'concat' ? beside.parts.map(typeOf) : [typeOf(beside)];
  return printTyped(expression, types, QUOTED.has(print(beside)));
}

function printTyped(expression: Expression, types: Datatype[], quoted: boolean): string {
  const inner = (part: Expression) => printTyped(part, types, quoted);
  switch (expression.kind) {
    case 'literal':
      return printLiteral(expression.text, types[0], quoted);
    case 'prefix':
      return `${expression.address}/${expression.length}`;
    case 'range':
      return [expression.first, expression.last]
        .map((end) => printLiteral(end, types[0], quoted))
        .join('-');
    case 'list':
      return expression.items.map(inner).join(',');
    case 'binary': {
      const right = printTyped(expression.right, [typeOf(expression.left)], quoted);
      return `${inner(expression.left)} ${expression.operator} ${right}`;
    }
    case 'concat':
      return expression.parts
        .map((part, i) => printTyped(part, [types[i] ?? 'integer'], quoted))
        .join(' . ');
    case 'elements':
      return `{ ${expression.elements.map((element) => printElement(element, types, quoted)).join(', ')} }`;
    case 'set':
      return `@${expression.name}`;
    case 'verdict':
      return printVerdict(expression.verdict);
    case 'map': {
      const keyTypes =
        expression.key.kind === 'concat'
          ? expression.key.parts.map(typeOf)
          : [typeOf(expression.key)];
      const data =
        expression.data.kind === 'elements'
          ? `{ ${expression.data.elements.map((element) => printElement(element, keyTypes, quoted, types)).join(', ')} }`
          : inner(expression.data);
      return `${print(expression.key)} map ${data}`;
    }
    default:
      return print(expression);
  }
}

function printElement(
  element: Element,
  types: Datatype[],
  quoted: boolean,
  dataTypes: Datatype[] = types,
): string {
  const key = printTyped(element.key, types, quoted);
  return element.data === null ? key : `${key} : ${printTyped(element.data, dataTypes, quoted)}`;
}

function printLiteral(text: string, type: Datatype | undefined, quoted: boolean): string {
  if (type === 'interface' && text !== 'exists' && text !== 'missing' && text !== '*')
    return `"${text}"`;
  if (quoted) return `"${text}"`;
  if (type === 'raw') return hexadecimal(text, 0);
  return type === 'mark' ? hexadecimal(text, 8) : text;
}

function hexadecimal(text: string, digits: number): string {
  return /^\d+$/.test(text) ? `0x${BigInt(text).toString(16).padStart(digits, '0')}` : text;
}

function printOffset(offset: number): string {
  return offset === 0 ? '' : ` offset ${offset}`;
}

function printMatch({ operator, left, right }: Extract<Statement, { kind: 'match' }>): string {
  if (left.kind === 'binary' && typeOf(left) === 'tcp_flag' && left.operator === '&') {
    const sign = operator === '!=' ? ' !=' : '';
    return `${print(left.left)}${sign} ${printConstant(right, left)} / ${printConstant(left.right, left)}`;
  }
  const isSet = right.kind === 'elements' || right.kind === 'set';
  const implied = operator === 'in' || (operator === '==' && (isSet || left.kind !== 'binary'));
  const explicit =
    operator === '==' && !isSet && ['ct_state', 'ct_status', 'tcp_flag'].includes(typeOf(left));
  const shown = left.kind === 'binary' ? printConstant(left, left.left) : print(left);
  return `${shown}${implied && !explicit ? '' : ` ${operator}`} ${printConstant(right, left)}`;
}

function printVerdict(verdict: RuleVerdict): string {
  return 'chain' in verdict ? `${verdict.kind} ${verdict.chain}` : verdict.kind;
}

function printNat({ verb, family, address, port, flags }: NatStatement): string {
  const prefix = flags.includes('prefix') ? ' prefix' : '';
  const rest = flags.filter((flag) => flag !== 'prefix' && !(prefix && flag === 'netmap'));
  const head = `${verb}${family ? ` ${family}` : ''}${prefix}`;
  const shown = address && printTyped(address, ['ip_address'], false);
  const bracketed =
    port && address?.kind === 'literal' && shown?.includes(':') ? `[${shown}]` : (shown ?? '');
  const target = address || port ? ` to ${bracketed}${port ? `:${print(port)}` : ''}` : '';
  return `${head}${target}${rest.length > 0 ? ` ${rest.join(',')}` : ''}`;
}
