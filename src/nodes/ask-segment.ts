import { parseIp } from '../net/ip.ts';
import { quote } from '../quote.ts';
import type { NodeFacts } from '../snapshot/model.ts';
import { ARPING, FORGET_NEIGHBOUR, PING, SHOW_NEIGHBOUR } from './arping.ts';
import { lastLine } from './plain-line.ts';
import type { Reach } from './reach.ts';
import { runScript } from './run-script.ts';
import type { Script } from './script.ts';
import type { Section } from './transcript.ts';

export interface Question {
  ip: string;
  interface: string;
  arping: NodeFacts['arping'];
  /** `first`: is there anyone (as a host that does not have the address). `all`: who, each. */
  want: 'first' | 'all';
  /** The node has the address itself: ARP and NDP tell others from it, a ping does not. */
  holdsItself: boolean;
}

export interface SegmentAnswer {
  outcome: 'nobody' | 'answered' | 'not-asked';
  /** Who answered, in lower case, each once; empty where only a ping came back, through a router. */
  macs: string[];
  /** The tool, the node and the interface, e.g. `arping -D on k0 ens34`. */
  how: string;
  /** Why it was not asked. */
  reason?: string;
}

/**
 * Asks the segment behind an interface of a node who has an address, by ARP or NDP; about 2 s
 * where nobody answers.
 */
export async function askSegment(reach: Reach, question: Question): Promise<SegmentAnswer> {
  const tool = toolFor(question);
  const run = await runScript(reach, askScript(question), { timeoutSeconds: 30 });
  const ndisc = run.sections.get('ndisc6');
  const name = ndisc ? 'ndisc6' : tool;
  const how = `${name} on ${reach.node} ${question.interface}`;
  const notAsked = (reason: string): SegmentAnswer => ({
    outcome: 'not-asked',
    macs: [],
    how,
    reason,
  });
  if (run.status !== 'ok') return notAsked(run.message ?? run.status);
  const obstacle = linkObstacle(question.interface, run.sections.get('link'));
  if (obstacle !== null) return notAsked(obstacle);

  const asked = ndisc ?? run.sections.get('arping');
  if (!asked && question.holdsItself) {
    return notAsked('the node has the address itself, and would answer its own ping');
  }
  const answer = asked ? readReplies(asked) : readNeighbour(run.sections);
  if (answer === null) {
    const section = asked ?? run.sections.get('ping');
    return notAsked(
      lastLine(section?.stderr ?? '') ||
        `${name} asked nobody: ${question.ip} is not on the segment of ${question.interface}`,
    );
  }
  const macs = [...new Set(answer.macs.map((mac) => mac.toLowerCase()))];
  return { outcome: answer.replied ? 'answered' : 'nobody', macs, how };
}

function toolFor({ ip, arping, want }: Question): string {
  if (parseIp(ip)?.family === 6 || arping === null) return 'ping and ip neigh';
  return want === 'first' && arping !== 'habets' ? 'arping -D' : 'arping';
}

function askScript({ ip, interface: name, arping, want }: Question): Script {
  const lines = [
    `interface=${quote(name)}`,
    `ip=${quote(ip)}`,
    'section link bounded 5 ip link show dev "$interface"',
  ];
  const byPing = (ping: string) => [
    FORGET_NEIGHBOUR,
    `section ping ${ping}`,
    `section neighbour ${SHOW_NEIGHBOUR}`,
  ];
  if (parseIp(ip)?.family === 6) {
    lines.push(
      'if command -v ndisc6 >/dev/null 2>&1; then',
      'section ndisc6 bounded 5 ndisc6 -n -m -r 2 -w 1000 "$ip" "$interface"',
      'else',
      "if command -v ping6 >/dev/null 2>&1; then ping6=ping6 option=''; else ping6=ping option=-6; fi",
      ...byPing('bounded 5 "$ping6" $option -n -c 2 -w 2 -I "$interface" "$ip"'),
      'fi',
    );
  } else if (arping === null) {
    lines.push(...byPing(PING));
  } else {
    const { askFirst, askAll } = ARPING[arping];
    lines.push(`section arping bounded 5 ${want === 'first' ? askFirst : askAll}`);
  }
  return { privilege: 'prefer', body: lines.join('\n') };
}

/** Why nobody can be asked on this link, by the flags that \`ip link\` shows; null: nothing. */
function linkObstacle(name: string, section: Section | undefined): string | null {
  if (section?.exitCode !== 0) {
    return lastLine(section?.stderr ?? '') || `there is no interface ${name}`;
  }
  const flags = /<([^<>]*)>/.exec(section.stdout)?.[1]?.split(',') ?? [];
  if (flags.includes('LOOPBACK')) return `${name} is a loopback: no other host is on it`;
  if (flags.includes('NOARP')) return `${name} does no ARP`;
  if (!flags.includes('UP')) return `${name} is down`;
  if (!flags.includes('LOWER_UP')) return `${name} has no carrier`;
  return null;
}

const MAC = /\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/gi;

/** What arping or ndisc6 printed; null where it sent nothing. */
function readReplies({ stdout }: Section): { replied: boolean; macs: string[] } | null {
  const sent = /^Sent \d+ probe|^\d+ packets transmitted|^Soliciting /m.test(stdout);
  const macs = stdout.match(MAC) ?? [];
  return sent || macs.length > 0 ? { replied: macs.length > 0, macs } : null;
}

/** What a ping left in the neighbour cache; null where it left nothing: it went elsewhere. */
function readNeighbour(sections: ReadonlyMap<string, Section>) {
  const entry = sections.get('neighbour')?.stdout ?? '';
  const macs = entry.match(MAC) ?? [];
  const replied = macs.length > 0 || sections.get('ping')?.exitCode === 0;
  return replied || /\b(FAILED|INCOMPLETE)\b/.test(entry) ? { replied, macs } : null;
}
