import type { Packet } from '../../packet.ts';
import { randomPorts } from '../../random-ports.ts';
import type { PortRange, Translation, Verdict } from '../../rules.ts';
import type { RuleContext } from '../model.ts';
import type { Extension } from '../rule-syntax.ts';
import { readIpRange, readPorts, valueAt } from '../values.ts';
import { Malformed, type Word } from '../words.ts';
import { optionOf, type TargetModel } from './model.ts';

/** `--to-destination` as in iptables 1.8.9, libxt_NAT.c. */
export const dnat: TargetModel = translation('dnat', 'to-destination');

export const snat: TargetModel = translation('snat', 'to-source');

/** Kernel 6.1, net/netfilter/nf_nat_masquerade.c. */
export const masquerade: TargetModel = onPorts('masquerade');

/** Kernel 6.1, net/netfilter/nf_nat_redirect.c. */
export const redirect: TargetModel = onPorts('redirect');

function translation(kind: 'dnat' | 'snat', option: string): TargetModel {
  return {
    options: { [option]: 1, random: 0, 'random-fully': 0, persistent: 0 },
    step: (extension, context) => {
      const to = optionOf(extension, option);
      if (!to) throw new Malformed(extension.column, `--${option} is missing`);
      const { addresses, ports } = readTarget(valueAt(to.values, 0), context);
      const persistent = optionOf(extension, 'persistent') !== undefined;
      return (packet) => {
        const to: Translation = { addresses, ports: choose(ports, extension, packet), persistent };
        return { kind: 'verdict', verdict: { kind, to } };
      };
    },
  };
}

function onPorts(kind: 'masquerade' | 'redirect'): TargetModel {
  return {
    options: { 'to-ports': 1, random: 0, 'random-fully': 0 },
    step: (extension) => {
      const option = optionOf(extension, 'to-ports');
      const ports = option ? readPortTarget(valueAt(option.values, 0)) : null;
      return (packet) => {
        const verdict: Verdict = { kind, ports: choose(ports, extension, packet) };
        return { kind: 'verdict', verdict };
      };
    },
  };
}

/** `base`: the ports are shifted by as much as the packet's differs from it. */
interface PortTarget extends PortRange {
  base?: number;
}

/** `ADDRESS[-ADDRESS][:PORTS]`, in IPv6 `[ADDRESS[-ADDRESS]]:PORTS`; either part may be missing. */
function readTarget(word: Word, context: RuleContext) {
  const pattern =
    context.family === 4 ? /^([^:]*)(?::(.+))?$/ : /^\[?([^\]]*?)\]?(?:(?<=\]):(.+))?$/;
  const [, addressText = '', portText] = /^:[\d-]+(\/\d+)?$/.exec(word.text)
    ? ['', '', word.text.slice(1)]
    : (pattern.exec(word.text) ?? []);
  if (!addressText && !portText) {
    throw new Malformed(word.column, `neither address nor port: ${word.text}`);
  }
  return {
    addresses: addressText ? readIpRange(word, context, addressText) : null,
    ports: portText ? readPortTarget(word, portText) : null,
  };
}

/** `80`, `80-90` or `80-90/BASE`. */
function readPortTarget(word: Word, text = word.text): PortTarget {
  const [range = '', baseText] = text.split('/');
  const ports = readPorts(word, range, '-');
  return baseText === undefined ? ports : { ...ports, base: readPorts(word, baseText).first };
}

/**
 * The ports that NAT may choose from (kernel 6.1, net/netfilter/nf_nat_core.c
 * nf_nat_l4proto_unique_tuple): shifted ones are known; `--random` with no range gives up the
 * client's port, and draws one of the class that it is in.
 */
function choose(ports: PortTarget | null, extension: Extension, packet: Packet): PortRange | null {
  if (ports?.base !== undefined && typeof packet.destinationPort === 'number') {
    const offset = (packet.destinationPort - ports.base) & 0xffff;
    const port = ports.first + (offset % (ports.last - ports.first + 1));
    return { first: port, last: port };
  }
  const random = extension.options.some(({ name }) => name.startsWith('random'));
  if (ports) return { first: ports.first, last: ports.last, ...(random && { random }) };
  const isSource = extension.name === 'SNAT' || extension.name === 'MASQUERADE';
  return random && isSource ? randomPorts(packet.sourcePort) : null;
}
