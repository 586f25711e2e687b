import assert from 'node:assert/strict';
import type { HostProcess, Lab } from '../lab/harness.ts';

/** What a program on the operator's host may call; it runs as extip does there. */
const IMPORTS = `
  import { setTimeout as sleep } from 'node:timers/promises';
  import { connect } from '/mnt/extip/src/cluster/connection.ts';
  import { changeCalico } from '/mnt/extip/src/cluster/change-calico.ts';
  import { acquireLock } from '/mnt/extip/src/cluster/lock.ts';
  import { hostReach } from '/mnt/extip/src/nodes/reach.ts';
  import { armLocal } from '/mnt/extip/src/watchdog/arm-local.ts';
  import { armNode, whyNotOnNode } from '/mnt/extip/src/watchdog/arm-node.ts';
  import { lostWays, workingWays } from '/mnt/extip/src/watchdog/prove.ts';
  const { api } = await connect({}, { onWarning() {} });
  const { hold } = await acquireLock(api, { timeoutSeconds: 60 });
  const lockCheck = async () => {};
  const change = (what, options) => changeCalico(api, what, { lockCheck, ...options });
`;

/** Starts a program; it says what it wants to with console.log. */
export function startOnOperator(lab: Lab, body: string): HostProcess {
  return lab.spawn('operator', ['node', '--input-type=module'], { input: IMPORTS + body });
}

/** What the program returns, or the error that it ends with, as far as tests look at it. */
export async function onOperator<T>(
  lab: Lab,
  body: string,
): Promise<{ value?: T; error?: { message: string; reason: string; status?: number } }> {
  const { result } = startOnOperator(
    lab,
    `const outcome = await (async () => {${body}})().then(
      (value) => ({ value }),
      ({ message, reason, status }) => ({ error: { message, reason, status } }),
    );
    console.log(JSON.stringify(outcome));
    process.exit();`,
  );
  const { stdout, stderr } = await result;
  assert.ok(stdout, stderr);
  return JSON.parse(stdout);
}
