import assert from 'node:assert/strict';
import type { AssignmentState } from '../../../src/list/assignments.ts';
import { type Item, list } from '../../commands/extip.ts';
import { on } from '../../commands/observe.ts';
import type { Interception } from '../intercept.ts';

const BROKEN: AssignmentState[] = ['unfinished', 'orphan', 'incomplete'];

/**
 * Runs what `extip list` names, each command once, until it shows nothing that is unfinished, an
 * orphan, or incomplete with a command that helps. What a person damaged is first removed by hand,
 * as extip advises: it cannot know what was there.
 */
export async function mend(interception: Interception): Promise<void> {
  const { lab } = interception;
  const done = new Set<string>();
  for (;;) {
    const items = await list(lab);
    const damaged = items.find(({ state }) => state === 'damaged');
    const next = damaged ?? items.find((item) => BROKEN.includes(item.state) && !isAdvice(item));
    if (!next) return;
    const command = damaged ? removal(damaged) : next.fix;
    const about = `${next.state}: ${next.service} ${next.ip} ${next.problems.join(', ')}`;
    assert.ok(command, `no command helps ${about}`);
    assert.ok(!done.has(command), `${command} did not help ${about}`);
    done.add(command);
    if (damaged) {
      await on(lab, damaged.service ? 'operator' : (damaged.node ?? ''), command);
      continue;
    }
    const { exitCode, stderr } = await interception.extip(...command.split(' ').slice(1), '-y');
    assert.equal(exitCode, 0, `${command}, for ${about}\n${stderr}`);
  }
}

/** What a person did to an assignment that is whole for extip, e.g. the address on a second node. */
function isAdvice({ state, fix }: Item): boolean {
  return state === 'incomplete' && fix === null;
}

function removal({ service, problems }: Item): string {
  if (service) return `kubectl annotate service ${service} extip.dev/assignments-`;
  return `rm ${/\/var\/lib\/extip\/\S+\.json/.exec(problems.join())}`;
}
