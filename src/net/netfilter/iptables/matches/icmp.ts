import { icmpType } from '../../first-packets.ts';
import type { Condition } from '../condition.ts';
import { perOption } from '../model.ts';
import { readNumber, valueAt } from '../values.ts';
import { Malformed, type Word } from '../words.ts';

/** Names as iptables-restore takes them and Linux's dumps hold them as numbers (libxt_icmp.h). */
const NAMES: Readonly<Record<string, string>> = {
  any: '255',
  'echo-reply': '0',
  pong: '0',
  'destination-unreachable': '3',
  'network-unreachable': '3/0',
  'host-unreachable': '3/1',
  'protocol-unreachable': '3/2',
  'port-unreachable': '3/3',
  'fragmentation-needed': '3/4',
  'source-quench': '4',
  redirect: '5',
  'echo-request': '8',
  ping: '8',
  'router-advertisement': '9',
  'router-solicitation': '10',
  'time-exceeded': '11',
  'ttl-exceeded': '11',
  'parameter-problem': '12',
};

const NAMES_V6: Readonly<Record<string, string>> = {
  'destination-unreachable': '1',
  'no-route': '1/0',
  'communication-prohibited': '1/1',
  'beyond-scope': '1/2',
  'address-unreachable': '1/3',
  'port-unreachable': '1/4',
  'failed-policy': '1/5',
  'reject-route': '1/6',
  'packet-too-big': '2',
  'time-exceeded': '3',
  'ttl-exceeded': '3',
  'parameter-problem': '4',
  'echo-request': '128',
  ping: '128',
  'echo-reply': '129',
  pong: '129',
  'router-solicitation': '133',
  'router-advertisement': '134',
  'neighbour-solicitation': '135',
  'neighbor-solicitation': '135',
  'neighbour-advertisement': '136',
  'neighbor-advertisement': '136',
  redirect: '137',
};

/** Kernel 6.1, net/ipv4/netfilter/ip_tables.c icmp_match: type 255 is any. */
export const icmp = perOption({
  'icmp-type': [1, (values) => typeCondition(valueAt(values, 0), NAMES, 255)],
});

/** Kernel 6.1, net/ipv6/netfilter/ip6_tables.c icmp6_match. */
export const icmp6 = perOption({
  'icmpv6-type': [1, (values) => typeCondition(valueAt(values, 0), NAMES_V6, null)],
});

function typeCondition(
  word: Word,
  names: Readonly<Record<string, string>>,
  any: number | null,
): Condition {
  const [typeText = '', codeText] = (names[word.text] ?? word.text).split('/');
  const type = readNumber(typeText, 255);
  const code = codeText === undefined ? undefined : readNumber(codeText, 255);
  if (type === null || code === null) {
    throw new Malformed(word.column, `not an ICMP type: ${word.text}`);
  }
  if (type === any) return () => true;
  return (packet) => {
    const message = icmpType(packet);
    return message?.type === type && (code === undefined || message.code === code);
  };
}
