import { quote } from '../quote.ts';
import type { ArpingKind } from '../snapshot/model.ts';
import { ARPING } from './arping.ts';
import { lastLine } from './plain-line.ts';
import type { Reach } from './reach.ts';
import { runScript } from './run-script.ts';

/**
 * Tells the neighbours who has the address now: gratuitous ARP, as requests and as replies,
 * because some stacks take only the one or the other; two of each, a second apart. The address
 * must be on the node, and an IPv4 one: an IPv6 one the kernel announces when it is added.
 */
export async function announceAddress(
  reach: Reach,
  target: { ip: string; interface: string; arping: ArpingKind },
): Promise<{ announced: boolean; how: string }> {
  const { ip, interface: name, arping } = target;
  const { request, reply } = ARPING[arping];
  const body = `interface=${quote(name)}
ip=${quote(ip)}
announce() {
  bounded 5 ${request} &
  bounded 5 ${reply}
  wait
}
section link bounded 5 ip link show dev "$interface"
section announce announce`;
  const run = await runScript(reach, { privilege: 'require', body }, { timeoutSeconds: 30 });
  const section = run.sections.get('announce');
  const sent = section?.stdout.match(/^Sent \d+ probe|^\d+ packets transmitted/gm)?.length ?? 0;
  const noArp = /<[^<>]*\b(LOOPBACK|NOARP)\b/.test(run.sections.get('link')?.stdout ?? '');
  if (sent === 2 && !noArp) {
    return { announced: true, how: `arping (gratuitous ARP) on ${reach.node} ${name}` };
  }
  const why = noArp
    ? `${name} does no ARP`
    : (run.message ?? (lastLine(section?.stderr ?? '') || `arping sent nothing on ${name}`));
  return { announced: false, how: `${why}: neighbours learn within their ARP timeout` };
}
