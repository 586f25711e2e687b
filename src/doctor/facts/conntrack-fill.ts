import type { ExaminedNode } from '../../explain/findings.ts';
import { sysctlCommand } from '../../explain/help-commands.ts';

/** How many connections a node tracks, and how many it can; null: not known, or without limit. */
export function conntrackFill({ read }: ExaminedNode): { count: number; max: number } | null {
  const sysctls = read.get(4)?.network.sysctls;
  const count = Number(sysctls?.get('net.netfilter.nf_conntrack_count') ?? Number.NaN);
  const max = Number(sysctls?.get('net.netfilter.nf_conntrack_max') ?? Number.NaN);
  return Number.isInteger(count) && max > 0 ? { count, max } : null;
}

/** What a finding about it says besides. */
export function ofConntrack(name: string, { count, max }: { count: number; max: number }) {
  return {
    object: `node/${name}`,
    evidence: [
      `${name} sysctl.txt: net.netfilter.nf_conntrack_count = ${count}, net.netfilter.nf_conntrack_max = ${max}`,
    ],
    fix: { command: sysctlCommand(name, 'net.netfilter.nf_conntrack_max', String(max * 2)) },
  };
}
