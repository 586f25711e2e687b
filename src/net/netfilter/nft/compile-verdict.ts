import { ask, matches } from '../questions.ts';
import type { Answer, Step } from '../rules.ts';
import { type Found, lookUp, type Sets } from './look-up.ts';
import { printStatement } from './print.ts';
import { toAnswer } from './reading.ts';
import type { Statement } from './syntax.ts';

/** `KEY vmap { … }`: the verdict of the element that is found; on to the next rule where none is. */
export function compileVerdictMap(
  statement: Extract<Statement, { kind: 'vmap' }>,
  sets: Sets,
): Step {
  const text = printStatement(statement);
  const find = lookUp(statement.key, statement.data, sets, text);
  return (packet, node) => toAnswer(find(packet, node), (found) => verdictOf(found, text));
}

function verdictOf(found: Found, text: string): Answer {
  if (found === null) return false;
  if (found !== 'unknown' && found.data?.kind === 'verdict') {
    return { kind: 'verdict', verdict: found.data.verdict };
  }
  return { kind: 'verdict', verdict: { kind: 'stolen', what: `${text}: an element not listed` } };
}

// As nft names them, by what iptables calls them. nft 1.0.6 src/datatype.c icmp_code, icmpv6_code.
const REJECT_ICMP: Record<string, string> = {
  'net-unreachable': 'icmp-net-unreachable',
  'host-unreachable': 'icmp-host-unreachable',
  'prot-unreachable': 'icmp-proto-unreachable',
  'port-unreachable': 'icmp-port-unreachable',
  'net-prohibited': 'icmp-net-prohibited',
  'host-prohibited': 'icmp-host-prohibited',
  'admin-prohibited': 'icmp-admin-prohibited',
};
const REJECT_ICMPV6: Record<string, string> = {
  'no-route': 'icmp6-no-route',
  'admin-prohibited': 'icmp6-adm-prohibited',
  'addr-unreachable': 'icmp6-addr-unreachable',
  'port-unreachable': 'icmp6-port-unreachable',
  'policy-fail': 'icmp6-policy-fail',
  'reject-route': 'icmp6-reject-route',
};
// For both families: kernel 6.1 net/netfilter/nft_reject.c icmp_code_v4, icmp_code_v6.
const REJECT_ICMPX: Record<string, [string, string]> = {
  'no-route': ['icmp-net-unreachable', 'icmp6-no-route'],
  'port-unreachable': ['icmp-port-unreachable', 'icmp6-port-unreachable'],
  'host-unreachable': ['icmp-host-unreachable', 'icmp6-addr-unreachable'],
  'admin-prohibited': ['icmp-admin-prohibited', 'icmp6-adm-prohibited'],
};

/**
 * `reject`, by default with the family's port-unreachable. `with icmp …` of an inet table rejects IPv4
 * alone, `with tcp reset` TCP: nft puts a test before it (1.0.6 src/evaluate.c stmt_evaluate_reject).
 */
export function compileReject({ with: kind }: Extract<Statement, { kind: 'reject' }>): Step {
  const [type = 'icmpx', code = ''] = kind?.split(' ') ?? ['icmpx', 'port-unreachable'];
  return ({ family, protocol }) => {
    if (type === 'tcp') return protocol === 'tcp' && reject('tcp-reset');
    if (type === 'icmp' && family !== 4) return false;
    if (type === 'icmpv6' && family !== 6) return false;
    const names =
      type === 'icmp' ? REJECT_ICMP[code] : type === 'icmpv6' ? REJECT_ICMPV6[code] : undefined;
    const name = names ?? REJECT_ICMPX[code]?.[family === 4 ? 0 : 1];
    return name === undefined ? ask(matches(`reject with ${kind}`)) : reject(name);
  };
}

function reject(name: string): Answer {
  return { kind: 'verdict', verdict: { kind: 'reject', with: name } };
}
