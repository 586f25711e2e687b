import { readNftText } from '../../../../src/net/netfilter/nft/read-nft.ts';
import type { NodeNetwork } from '../../../../src/net/netfilter/node-network.ts';
import type { Packet } from '../../../../src/net/netfilter/packet.ts';
import type { Answer, Rule } from '../../../../src/net/netfilter/rules.ts';

/** Compiles one rule; `sets`: the sets and maps that it names. */
export function compile(rule: string, sets = '', family = 'inet'): Rule {
  const text = `table ${family} t {\n${sets}\nchain c {\n${rule}\n}\n}\n`;
  const compiled = readNftText(text).tables[0]?.chain('c')?.rule(0);
  if (!compiled) throw new Error(`not one rule: ${rule}`);
  return compiled;
}

/**
 * What a rule does with a packet, in short: `no`, `on` (every step matched, none decided), a verdict,
 * a question with what follows from yes and no, or shares.
 */
export function outcome(rule: Rule, packet: Packet, node: NodeNetwork): string {
  return follow(rule, 0, packet, node);
}

function follow(rule: Rule, at: number, packet: Packet, node: NodeNetwork): string {
  const step = rule.steps[at];
  return step ? show(step(packet, node), rule, at, packet, node) : 'on';
}

function show(answer: Answer, rule: Rule, at: number, packet: Packet, node: NodeNetwork): string {
  if (answer === false) return 'no';
  if (answer === true) return follow(rule, at + 1, packet, node);
  if (answer.kind === 'verdict') return verdictText(answer.verdict);
  if (answer.kind === 'change') {
    const rest = follow(rule, at + 1, answer.packet, node);
    return rest === 'on' ? `${answer.effect}` : `${answer.effect}, ${rest}`;
  }
  const branches = answer.branches.map(({ answer: label, share, gives }) => {
    const then = show(gives, rule, at, packet, node);
    return `${share === null ? label : Math.round(share * 1000) / 1000}: ${then}`;
  });
  return `${answer.question ? `${answer.question.text}? ` : ''}${branches.join(' | ')}`;
}

function verdictText(verdict: Extract<Answer, { kind: 'verdict' }>['verdict']): string {
  switch (verdict.kind) {
    case 'reject':
      return `reject ${verdict.with}`;
    case 'jump':
    case 'goto':
      return `${verdict.kind} ${verdict.chain}`;
    case 'queue':
    case 'stolen':
      return `${verdict.kind} (${verdict.what})`;
    case 'masquerade':
    case 'redirect':
      return verdict.ports
        ? `${verdict.kind} :${verdict.ports.first}-${verdict.ports.last}`
        : verdict.kind;
    case 'dnat':
    case 'snat': {
      const { addresses, ports, persistent } = verdict.to;
      const address = addresses ? `${addresses.first.text}-${addresses.last.text}` : '';
      const port = ports ? `:${ports.first}-${ports.last}` : '';
      return `${verdict.kind} ${address}${port}${persistent ? ' persistent' : ''}`;
    }
    default:
      return verdict.kind;
  }
}
