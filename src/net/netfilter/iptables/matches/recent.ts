import { ask, wasSeenRecently } from '../../questions.ts';
import { not } from '../condition.ts';
import type { MatchModel } from '../model.ts';
import type { Option } from '../rule-syntax.ts';

/**
 * Kernel 6.1, net/netfilter/xt_recent.c. --set always says yes and enters the address; the other
 * modes look into a list (/proc/net/xt_recent) that no dump holds.
 */
export const recent: MatchModel = {
  options: {
    set: 0,
    rcheck: 0,
    update: 0,
    remove: 0,
    seconds: 1,
    reap: 0,
    hitcount: 1,
    rttl: 0,
    name: 1,
    rsource: 0,
    rdest: 0,
    mask: 1,
  },
  conditions: ({ options }) => {
    const mode = options.find(({ name }) => ['set', 'rcheck', 'update', 'remove'].includes(name));
    if (!mode) return null;
    if (mode.name === 'set') return [() => !mode.inverted];
    const value = (name: string) => textOf(options, name);
    const list = value('name') ?? 'DEFAULT';
    const byDestination = options.some(({ name }) => name === 'rdest');
    const within = value('seconds') ? ` within ${value('seconds')} s` : '';
    const hits = value('hitcount') ? ` at least ${value('hitcount')} times` : '';
    const seen: ReturnType<typeof not> = ({ source, destination }) =>
      ask(wasSeenRecently(byDestination ? destination : source, list, `${within}${hits}`));
    return [mode.inverted ? not(seen) : seen];
  },
};

function textOf(options: readonly Option[], wanted: string): string | undefined {
  return options.find(({ name }) => name === wanted)?.values[0]?.text;
}
