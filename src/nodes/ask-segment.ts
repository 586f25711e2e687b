import { parseIp } from '../net/ip.ts';
import type { NodeFacts } from '../snapshot/model.ts';
import { lastLine } from './plain-line.ts';
import { quote } from './quote.ts';
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

/**
 * The three kinds of arping share a name, not their options. iputils (20221126) and busybox
 * (1.35): -D asks as 0.0.0.0 and ends at the first answer. Habets (2.23): that is -0, -D is only
 * for the display. Their exit codes differ and are 0 on \`lo\`, so what they print counts.
 */
function askScript({ ip, interface: name, arping, want }: Question): Script {
  const link = quote(name);
  const lines = [`section link bounded 5 ip link show dev ${link}`];
  const six = parseIp(ip)?.family === 6;
  const byPing = [
    // What a cache still holds proves nothing: it is asked anew.
    `bounded 5 ip neigh del ${quote(ip)} dev ${link} 2>/dev/null`,
    `section ping bounded 5 ${six ? '"$ping6"' : 'ping'} ${six ? '$ping6_option ' : ''}-n -c 2 -w 2 -I ${link} ${quote(ip)}`,
    `section neighbour bounded 5 ip neigh show ${quote(ip)} dev ${link}`,
  ];
  if (six) {
    lines.push(
      'if command -v ndisc6 >/dev/null 2>&1; then',
      `section ndisc6 bounded 5 ndisc6 -n -m -r 2 -w 1000 ${quote(ip)} ${link}`,
      'else',
      "if command -v ping6 >/dev/null 2>&1; then ping6=ping6 ping6_option=''; else ping6=ping ping6_option=-6; fi",
      ...byPing,
      'fi',
    );
  } else if (arping === null) {
    lines.push(...byPing);
  } else if (arping === 'habets') {
    lines.push(`section arping bounded 5 arping -0 -c 2 -i ${link} ${quote(ip)}`);
  } else {
    const mode = want === 'first' ? '-D -c 2' : '-b -c 2';
    lines.push(`section arping bounded 5 arping ${mode} -w 2 -I ${link} ${quote(ip)}`);
  }
  return { privilege: 'prefer', body: lines.join('\n') };
}

/** Why nobody can be asked on this link, by the flags that \`ip link\` shows; null: nothing. */
function linkObstacle(name: string, section: Section | undefined): string | null {
  if (section?.exitCode !== 0) {
    return lastLine(section?.stderr ?? '') || `there is no interface ${name}`;
  }
  const flags = /<([^>]*)>/.exec(section.stdout)?.[1]?.split(',') ?? [];
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
