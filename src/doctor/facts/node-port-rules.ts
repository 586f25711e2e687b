import type { ExaminedNode } from '../../explain/findings.ts';
import { ruleTexts } from '../../net/netfilter/rule-texts.ts';
import { kernelEntries } from './kernel-entries.ts';

/** kube-proxy's rules for node ports in iptables mode, IPv4. */
export interface NodePortRules {
  ports: readonly string[];
  /** Those of KUBE-SERVICES that lead to them. */
  leading: readonly string[];
}

/** None where kube-proxy is in another mode. */
export function nodePortRules(node: ExaminedNode): NodePortRules {
  const own = kernelEntries(node).filter(({ family, native }) => family === 4 && !native);
  const nat = own.flatMap(({ tables }) => tables.filter(({ name }) => name === 'nat'));
  const rules = (name: string) =>
    nat.flatMap((table) => table.chain(name) ?? []).flatMap((chain) => ruleTexts(chain));
  return {
    ports: rules('KUBE-NODEPORTS'),
    leading: rules('KUBE-SERVICES').filter((text) => text.includes(' -j KUBE-NODEPORTS')),
  };
}
