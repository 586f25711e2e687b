import { parseIp } from '../net/ip.ts';
import { quote } from '../quote.ts';
import type { Script } from './script.ts';
import type { Section } from './transcript.ts';

export interface ServicePort {
  port: number;
  protocol: string;
}

export type ServiceRules =
  /** What kube-proxy has in the kernel for the address, by port; null: nothing. */
  | { mode: 'iptables' | 'nftables'; of: (port: ServicePort) => PortRule | null }
  /** Its rules cannot be looked at here, or are not there at all. */
  | { mode: 'ipvs' | 'none' | 'unreadable'; reason: string };

export interface PortRule {
  /** The Service has no endpoint (for this kind of traffic): refused instead of forwarded. */
  refused: boolean;
  /** Where it is, e.g. `nat KUBE-SERVICES (iptables-nft)`. */
  where: string;
}

/**
 * Prints kube-proxy's rules for one address, and nothing else of dumps that may have 60 MB. Both
 * variants of iptables are read by name, whatever `iptables-save` is, and whole: to ask a table
 * by its name would create it.
 */
export function serviceRulesScript(ip: string): Script {
  const six = parseIp(ip)?.family === 6;
  const tool = six ? 'ip6tables' : 'iptables';
  const body = `ip=${quote(ip)}
saved() {
  bounded 60 "$1" | grep -F -e '*nat' -e '*filter' -e ':KUBE-SERVICES ' -e " -d $ip/${six ? 128 : 32} "
}
mapped() {
  bounded 60 nft list map ${six ? 'ip6' : 'ip'} kube-proxy "$1" | tr ',' '\n' |
    grep -F -e 'map ' -e "$ip . "
}
section uid id -u
section ipvs bounded 5 ip link show dev kube-ipvs0
if command -v ${tool}-nft-save >/dev/null 2>&1; then nft_save=${tool}-nft-save; else nft_save=${tool}-save; fi
section "$nft_save" saved "$nft_save"
if command -v ${tool}-legacy-save >/dev/null 2>&1; then
  section ${tool}-legacy-save saved ${tool}-legacy-save
fi
if command -v nft >/dev/null 2>&1; then
  section 'map service-ips' mapped service-ips
  section 'map no-endpoint-services' mapped no-endpoint-services
fi`;
  return { privilege: 'prefer', body };
}

/** Reads what that script printed. */
export function readServiceRules(ip: string, sections: ReadonlyMap<string, Section>): ServiceRules {
  const lines = [...sections].flatMap(([name, { stdout }]) => readLines(name, stdout));
  if (sections.get('ipvs')?.exitCode === 0) {
    return {
      mode: 'ipvs',
      reason: 'kube-proxy runs in IPVS mode there, which extip does not read',
    };
  }
  if (lines.some(({ section, text }) => section.startsWith('map ') && text.includes('map '))) {
    return { mode: 'nftables', of: (port) => findElement(ip, port, lines) };
  }
  if (lines.some(({ text }) => text.startsWith(':KUBE-SERVICES '))) {
    return { mode: 'iptables', of: (port) => findRule(port, lines) };
  }
  return sections.get('uid')?.stdout.trim() === '0'
    ? {
        mode: 'none',
        reason:
          'no KUBE-SERVICES chain, no table kube-proxy and no kube-ipvs0 there: another service proxy, or kube-proxy does not run',
      }
    : {
        mode: 'unreadable',
        reason: 'the rules are read by root only, and `sudo -n sh` is refused',
      };
}

/** Far more than a rule of kube-proxy's; what is longer would keep the pattern busy for hours. */
const MAX_RULE = 4096;

interface Line {
  section: string;
  /** The iptables table that the line is in. */
  table: string;
  text: string;
}

function readLines(section: string, stdout: string): Line[] {
  let table = '';
  return stdout.split('\n').map((text) => {
    if (text.startsWith('*')) table = text.slice(1);
    return { section, table, text };
  });
}

/**
 * kube-proxy's iptables mode: nat KUBE-SERVICES jumps to KUBE-EXT- (1.24 on), before that to
 * KUBE-SVC-, KUBE-XLB- or KUBE-FW-; an address with no endpoint is in filter
 * KUBE-EXTERNAL-SERVICES instead (REJECT, or DROP where only local endpoints count).
 */
function findRule({ port, protocol }: ServicePort, lines: Line[]): PortRule | null {
  const ofPort = new RegExp(` -p ${protocol.toLowerCase()} .*--dport ${port} `);
  for (const { section, table, text } of lines) {
    if (text.length > MAX_RULE) continue;
    const chain = /^-A (KUBE-SERVICES|KUBE-EXTERNAL-SERVICES) /.exec(text)?.[1];
    const target = / -j (KUBE-(?:EXT|SVC|XLB|FW)-|REJECT|DROP)/.exec(text)?.[1];
    if (!chain || !target || !ofPort.test(text)) continue;
    const where = `${table} ${chain} (${section.replace(/-save$/, '')})`;
    return { refused: !target.startsWith('KUBE-'), where };
  }
  return null;
}

/** nftables mode: elements \`IP . tcp . 80 : goto CHAIN\` of the verdict maps. */
function findElement(ip: string, { port, protocol }: ServicePort, lines: Line[]): PortRule | null {
  const key = `${ip} . ${protocol.toLowerCase()} . ${port} `;
  const isOfPort = ({ text }: Line) => {
    const at = text.indexOf(key);
    return at === 0 || (at > 0 && /[\s{]/.test(text[at - 1] ?? ''));
  };
  const found = lines.filter((line) => line.section.startsWith('map ') && isOfPort(line));
  const refused = found.find(({ section }) => section === 'map no-endpoint-services');
  const line = refused ?? found[0];
  return line ? { refused: line === refused, where: `${line.section} (nftables)` } : null;
}
