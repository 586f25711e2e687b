import { oncePer } from '../../once-per.ts';
import { ruleTexts } from './rule-texts.ts';
import type { Chain, Table } from './rules.ts';

/** What may take packets out of the rules' hands on a node. */
export type DataPath = 'ipvs' | 'ebpf';

/** Those who need it put their jumps first. */
const RULES_LOOKED_AT = 32;

/**
 * Whether the rules are those of a node whose Services are served by something else: kube-proxy's IPVS
 * mode and kube-router, which keep their addresses in ipsets (kube-proxy 1.28 pkg/proxy/ipvs,
 * kube-router 2 pkg/controllers/proxy), Cilium in kube-proxy's place, Calico's eBPF mode (felix 3.28
 * rules/static.go StaticBPFModeRawChains). null: nothing says so.
 */
export const otherDataPath = oncePer((tables: readonly Table[]): DataPath | null => {
  const roots = tables.flatMap((table) =>
    table.baseChains.flatMap(({ name }) => beginningOf(table.chain(name))),
  );
  const behind = (name: string) =>
    roots.some((text) => text.includes(name))
      ? tables.flatMap((table) => beginningOf(table.chain(name)))
      : [];
  const services = behind('KUBE-SERVICES');
  const has = (texts: readonly string[], sign: RegExp) => texts.some((text) => sign.test(text));
  if (has(roots, /\bKUBE-(IPVS-|ROUTER-SERVICES\b)/)) return 'ipvs';
  if (has(services, /--match-set KUBE-|\bKUBE-(LOAD-BALANCER|NODE-PORT)\b/)) return 'ipvs';
  // Beside kube-proxy's own rules Cilium leaves Services to them.
  const isServedByRules =
    has(services, /\bKUBE-(SVC|EXT|FW|XLB)-/) || tables.some(({ name }) => name === 'kube-proxy');
  if (!isServedByRules && has(roots, /\bCILIUM_/)) return 'ebpf';
  return has(behind('cali-PREROUTING'), /\bcali-untracked-(policy|flows)\b/) ? 'ebpf' : null;
});

function beginningOf(chain: Chain | undefined): string[] {
  return chain ? ruleTexts(chain, RULES_LOOKED_AT) : [];
}
