import { valueAt } from '../values.ts';
import { Malformed } from '../words.ts';
import { optionOf, type TargetModel } from './model.ts';

/** Names and short forms of iptables 1.8.9, libipt_REJECT.c. */
const KINDS: Readonly<Record<string, string>> = {
  'icmp-net-unreachable': 'icmp-net-unreachable',
  'net-unreach': 'icmp-net-unreachable',
  'icmp-host-unreachable': 'icmp-host-unreachable',
  'host-unreach': 'icmp-host-unreachable',
  'icmp-proto-unreachable': 'icmp-proto-unreachable',
  'proto-unreach': 'icmp-proto-unreachable',
  'icmp-port-unreachable': 'icmp-port-unreachable',
  'port-unreach': 'icmp-port-unreachable',
  'icmp-net-prohibited': 'icmp-net-prohibited',
  'net-prohib': 'icmp-net-prohibited',
  'icmp-host-prohibited': 'icmp-host-prohibited',
  'host-prohib': 'icmp-host-prohibited',
  'icmp-admin-prohibited': 'icmp-admin-prohibited',
  'admin-prohib': 'icmp-admin-prohibited',
  'tcp-reset': 'tcp-reset',
  'tcp-rst': 'tcp-reset',
};

/** Of libip6t_REJECT.c. */
const KINDS_V6: Readonly<Record<string, string>> = {
  'icmp6-no-route': 'icmp6-no-route',
  'no-route': 'icmp6-no-route',
  'icmp6-adm-prohibited': 'icmp6-adm-prohibited',
  'adm-prohibited': 'icmp6-adm-prohibited',
  'icmp6-addr-unreachable': 'icmp6-addr-unreachable',
  'addr-unreach': 'icmp6-addr-unreachable',
  'icmp6-port-unreachable': 'icmp6-port-unreachable',
  'port-unreach': 'icmp6-port-unreachable',
  'icmp6-policy-fail': 'icmp6-policy-fail',
  'policy-fail': 'icmp6-policy-fail',
  'icmp6-reject-route': 'icmp6-reject-route',
  'reject-route': 'icmp6-reject-route',
  'tcp-reset': 'tcp-reset',
};

/** REJECT; without --reject-with the port is said to be unreachable. */
export const reject: TargetModel = {
  options: { 'reject-with': 1 },
  step: (extension, { family }) => {
    const option = optionOf(extension, 'reject-with');
    const word = option && valueAt(option.values, 0);
    const kinds = family === 4 ? KINDS : KINDS_V6;
    const kind = kinds[word?.text ?? 'port-unreach'];
    if (kind === undefined) {
      throw new Malformed(word?.column ?? extension.column, `no kind of REJECT: ${word?.text}`);
    }
    return () => ({ kind: 'verdict', verdict: { kind: 'reject', with: kind } });
  },
};
