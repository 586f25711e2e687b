/**
 * Records are a stranger's input: whatever a Service's annotation or a file on a node says, extip
 * changes nothing on a node by its word alone, and says what it saw and what cleans it up.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { list } from '../../commands/extip.ts';
import { on } from '../../commands/observe.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';
import { annotations, type ForgedAnnotation, type ForgedFile, files, IP } from './record-cases.ts';

const SERVICE = 'svc-test-1';
const ANNOTATE = `kubectl annotate --overwrite service ${SERVICE}`;
const FOLDER = '/var/lib/extip';

describe('records of a stranger', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
    await on(lab, 'k0', `mkdir -p ${FOLDER}`);
  });
  after(() => lab?.down());

  it('change nothing on a node', async () => {
    const cluster = await on(
      lab,
      'operator',
      'kubectl get ns kube-system -o jsonpath={.metadata.uid}',
    );
    const onNode = files(cluster);
    const failed = [
      ...(await inTurn(annotations, (one) => playAnnotation(lab, one))),
      ...(await inTurn(onNode, (one) => playFile(lab, one))),
    ];
    const all = annotations.length + onNode.length;
    console.log(`forged records: ${all - failed.length} of ${all} harmless`);
    assert.deepEqual(failed, []);
  });

  it('that nobody stands behind are shown, and cleaned up by the command that list names', async () => {
    await on(lab, 'operator', SAVE);
    const create =
      'kubectl create namespace shop && kubectl create -n shop service clusterip web --tcp=80';
    await on(lab, 'operator', create);
    const failed = await inTurn(orphans, (one) => playOrphan(lab, one));
    console.log(`orphans: ${orphans.length - failed.length} of ${orphans.length} cleaned up`);
    assert.deepEqual(failed, []);
  });
});

/** What failed, a line a case. */
async function inTurn<T extends { name: string }>(
  cases: readonly T[],
  play: (one: T) => Promise<void>,
): Promise<string[]> {
  const failed: string[] = [];
  for (const one of cases) {
    await play(one).catch((error: Error) => failed.push(`${one.name}: ${error.message}`));
  }
  return failed;
}

/** The addresses of the nodes and all that is in the records' folder but the fence. */
async function nodesOf(lab: Lab): Promise<string> {
  const look = `ip -j addr; [ -d ${FOLDER} ] && find ${FOLDER} ! -name fence ! -path ${FOLDER} -printf '%p %y %s %U %l\\n' | sort`;
  return JSON.stringify(await Promise.all(['k0', 'k2'].map((node) => on(lab, node, `${look}; :`))));
}

async function playAnnotation(lab: Lab, forged: ForgedAnnotation): Promise<void> {
  const nodes = await nodesOf(lab);
  const forge = () =>
    on(lab, 'operator', `${ANNOTATE} 'extip.dev/assignments=${forged.annotation}'`);
  await forge();
  mustSay(await show(lab), forged.says);
  for (const command of [
    `assign ${SERVICE} ${forged.ip} -y`,
    `release ${SERVICE} ${forged.ip} -y`,
    `release ${SERVICE} --all -y`,
    `release --ip ${forged.ip} --node k0 -y`,
    `release ${SERVICE} ${forged.ip} --holder-gone -y`,
  ]) {
    await forge();
    await run(lab, command);
    assert.equal(await nodesOf(lab), nodes, `${command}: a node is changed`);
  }
  await on(lab, 'operator', `${ANNOTATE} extip.dev/assignments-`);
}

async function playFile(lab: Lab, { name, ip, make, says }: ForgedFile): Promise<void> {
  const clean = await nodesOf(lab);
  await on(lab, 'k0', `cd ${FOLDER} && FILE=${ip}.json && ${make}`);
  const nodes = await nodesOf(lab);
  const shown = await show(lab);
  mustSay(shown, says);
  const commands = [`assign ${SERVICE} ${ip} --node k0 -y`, `release ${SERVICE} ${ip} -y`];
  // A record that is as extip writes it, and that nobody stands behind, is an orphan to clean up.
  // The node's InternalIP is not taken off it all the same.
  if (!/is gone/.test(says.source) || ip === '10.1.0.180')
    commands.push(`release --ip ${ip} --node k0 -y`);
  for (const command of commands) {
    await run(lab, command);
    assert.equal(await nodesOf(lab), nodes, `${command}: a node is changed`);
  }
  if (/thousands/.test(name)) await on(lab, 'k0', `find ${FOLDER} -name '*.junk.json' -delete`);
  else for (const item of await list(lab)) await follow(lab, item.fix ?? '');
  assert.equal(await nodesOf(lab), clean, 'the command that list names cleans up');
}

/** What `list` prints, on both streams. */
async function show(lab: Lab): Promise<string> {
  const { stdout, stderr, exitCode } = await lab.extip('list', '-A', '-o', 'wide');
  assert.equal(exitCode, 0, stderr);
  return stdout + stderr;
}

function mustSay(said: string, says: RegExp): void {
  assert.match(said, says);
}

/** Runs a command that may do nothing on a node: done, failed or refused, and never a bug. */
async function run(lab: Lab, command: string): Promise<void> {
  const { exitCode, stdout, stderr } = await lab.extip(...command.split(' '));
  assert.ok([0, 1, 2, 7].includes(exitCode ?? -1), `${command} → ${exitCode}\n${stdout}${stderr}`);
}

/** Runs the command that list names, as it stands there. */
async function follow(lab: Lab, fix: string): Promise<void> {
  const [, host, command] = /^on (\S+): (.*)$/.exec(fix) ?? [];
  if (host && command) await on(lab, host, command);
  else await on(lab, 'operator', fix.replace(/^(extip (?:release|assign) .*)$/, '$1 -y'));
}

/** Ways to lose what stands behind an assignment; each begins with one, held by k0. */
interface Orphan {
  name: string;
  /** Another one than the scenario's. */
  service?: string;
  lose(lab: Lab): Promise<unknown>;
  state: string;
  /** What release leaves on the node, and says so. */
  stays?: true;
}

/** The Service as it is before it is assigned anything, to be created or replaced from. */
const SAVED = '/tmp/service.json';
const SAVE = `kubectl get service ${SERVICE} -o json | jq 'del(.metadata.uid, .metadata.resourceVersion, .metadata.annotations, .metadata.managedFields)' >${SAVED}`;
const NEW_ID = '0123456789abcdef0123456789abcdef';

const orphans: Orphan[] = [
  {
    name: 'the Service is deleted',
    lose: (lab) => on(lab, 'operator', `kubectl delete service ${SERVICE}`),
    state: 'orphan',
  },
  {
    name: 'the Service is deleted and created anew',
    lose: (lab) =>
      on(lab, 'operator', `kubectl delete service ${SERVICE} && kubectl create -f ${SAVED}`),
    state: 'orphan',
  },
  {
    name: 'kubectl replace: the annotation is lost, the uid kept',
    lose: (lab) => on(lab, 'operator', `kubectl replace -f ${SAVED}`),
    state: 'orphan',
  },
  {
    name: 'kubectl replace --force: a new uid',
    lose: (lab) => on(lab, 'operator', `kubectl replace --force -f ${SAVED}`),
    state: 'orphan',
  },
  {
    name: 'the namespace is deleted',
    service: 'shop/web',
    lose: (lab) => on(lab, 'operator', 'kubectl delete namespace shop'),
    state: 'orphan',
  },
  {
    name: 'the node is installed anew: record and address are gone, it has a new machine-id',
    lose: async (lab) => {
      const nodeInfo = JSON.stringify({ status: { nodeInfo: { machineID: NEW_ID } } });
      await on(
        lab,
        'k0',
        `rm -r ${FOLDER} && ip addr del ${IP}/32 dev ens34 && echo ${NEW_ID} >/etc/machine-id`,
      );
      await on(lab, 'operator', `kubectl patch node k0 --subresource=status -p '${nodeInfo}'`);
    },
    state: 'incomplete',
  },
  {
    name: 'only the record is gone',
    lose: (lab) => on(lab, 'k0', `rm ${FOLDER}/${IP}.json`),
    state: 'incomplete',
    // Without its record nobody knows who put the address there.
    stays: true,
  },
];

async function playOrphan(lab: Lab, orphan: Orphan): Promise<void> {
  const { name, lose, state, stays, service = SERVICE } = orphan;
  await on(lab, 'operator', `extip assign ${service} ${IP} --node k0 -y`);
  await lose(lab);
  const [item] = (await list(lab)).filter(({ ip }) => ip === IP);
  assert.equal(item?.state, state, name);
  assert.ok(item?.fix, `${name}: list names a command`);
  await follow(lab, item.fix);
  const after = (await list(lab)).filter(({ ip }) => ip === IP);
  // What is missing is put back; what nobody stands behind goes.
  const wanted = state === 'incomplete' ? ['assigned'] : [];
  assert.deepEqual(
    after.map((one) => one.state),
    wanted,
  );
  if (state === 'incomplete') {
    const said = await on(lab, 'operator', `extip release ${service} ${IP} -y 2>&1`);
    assert.equal(/was on k0 before extip: it stays there/.test(said), stays === true, said);
  }
  if (stays) await on(lab, 'k0', `ip addr del ${IP}/32 dev ens34`);
  const there = `kubectl get service ${SERVICE} >/dev/null 2>&1`;
  await on(lab, 'operator', `${there} || kubectl create -f ${SAVED}`);
  const addresses = await on(lab, 'k0', 'ip -4 -o addr show dev ens34');
  assert.equal(addresses.includes(`${IP}/`), false, `${name}: the address is still on k0`);
}
