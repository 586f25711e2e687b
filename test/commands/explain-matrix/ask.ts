import type { Lab } from '../../lab/harness.ts';
import { always, type Fate, fateOf } from './fate.ts';
import { type Ground, inUrl } from './ground.ts';

/** So many connections leave none of six pods out, as good as always. */
const CONNECTIONS = 30;

/** A refusal is told apart from silence by the first; curl's exit code is the same for both. */
const ASK = `case $(curl -gsv -m 2 "$1" 2>&1) in
*'Connection refused'*) echo refused ;;
*) curl -s -Z --parallel-immediate --parallel-max ${CONNECTIONS} -m 2 -w '>%{exitcode}\\n' "$1?[1-${CONNECTIONS}]" 2>/dev/null ;;
esac`;

/** What a host gets from an address: every pod answers with its name. `isSticky`: by session affinity. */
export async function askFrom(
  lab: Lab,
  host: string,
  { ip, ground, isSticky }: { ip: string; ground: Ground; isSticky: boolean },
): Promise<Fate> {
  const { stdout } = await lab.exec(host, ['sh', '-c', ASK, 'ask', `http://${inUrl(ip)}/`]);
  const lines = stdout.split('\n').filter(Boolean);
  if (lines[0] === 'refused') return 'refused';
  const names = [...ground.pods.values()];
  const answers = lines.filter((line) => names.includes(line));
  const isLost = lines.some((line) => line.startsWith('>') && line !== '>0');
  const [one, ...others] = new Set(answers);
  return isSticky && one !== undefined && others.length === 0 && !isLost
    ? always(one)
    : fateOf(answers, isLost ? 'nothing' : null, ground);
}
