import { setTimeout as sleep } from 'node:timers/promises';
import type { Check } from '../plan/execute.ts';
import type { Reach } from './reach.ts';
import { runScript } from './run-script.ts';
import {
  readServiceRules,
  type ServicePort,
  type ServiceRules,
  serviceRulesScript,
} from './service-rules.ts';

/**
 * Looks in the node's kernel for kube-proxy's rules of IP:port, until all are there (with
 * `waitGone`: until none is) or `waitSeconds` are over; kube-proxy needs about a second.
 * Skipped where its rules cannot be read there.
 */
export async function checkRules(
  reach: Reach,
  { ip, ports }: { ip: string; ports: ServicePort[] },
  { waitSeconds, waitGone = false }: { waitSeconds: number; waitGone?: boolean },
): Promise<Check> {
  const script = serviceRulesScript(ip);
  const deadline = performance.now() + waitSeconds * 1000;
  for (;;) {
    const run = await runScript(reach, script, { timeoutSeconds: 120 });
    const check: Check =
      run.status === 'ok'
        ? judge(reach.node, ip, ports, readServiceRules(ip, run.sections), waitGone)
        : { name: 'rules', outcome: 'failed', detail: run.message ?? run.status };
    if (check.outcome !== 'failed' || performance.now() > deadline) return check;
    await sleep(500);
  }
}

function judge(
  node: string,
  ip: string,
  ports: ServicePort[],
  rules: ServiceRules,
  waitGone: boolean,
): Check {
  if ('reason' in rules) {
    return { name: 'rules', outcome: 'skipped', detail: `${node}: ${rules.reason}` };
  }
  const found = ports.map((port) => ({
    name: `${port.port}/${port.protocol}`,
    rule: rules.of(port),
  }));
  const there = found.flatMap(({ name, rule }) =>
    rule
      ? [`${name} in ${rule.where}${rule.refused ? ', which refuses it: no endpoint' : ''}`]
      : [],
  );
  const missing = found.filter(({ rule }) => !rule).map(({ name }) => name);
  const passed = waitGone ? there.length === 0 : missing.length === 0;
  const state = [
    ...(there.length > 0 ? [there.join('; ')] : []),
    ...(missing.length > 0 ? [`no rule for ${missing.join(', ')}`] : []),
  ].join('; ');
  return {
    name: 'rules',
    outcome: passed ? 'passed' : 'failed',
    detail: `${ip} on ${node} (kube-proxy, ${rules.mode}): ${state}`,
  };
}
