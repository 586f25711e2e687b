import { quote } from '../quote.ts';
import type { NodeFile } from '../snapshot/node-files.ts';
import { byteLines } from './byte-lines.ts';
import { type Section, section } from './transcript.ts';

/** What `ip` is asked of one family, by the file that is its answer. */
type Questions = Partial<Record<NodeFile, string>>;

const QUESTIONS: Readonly<Record<string, Questions>> = {
  '-4': {
    'ip-route.json': 'route show table all',
    'ip-rule.json': 'rule',
    'ip-neigh.json': 'neigh',
  },
  '-6': {
    'ip-route-6.json': 'route show table all',
    'ip-rule-6.json': 'rule',
    'ip-neigh-6.json': 'neigh',
  },
};

/**
 * Shell functions that ask `ip`; `ip_batch FAMILY QUESTION…` asks all of it in one process, and has a
 * line for each answer.
 */
export const IP_FUNCTIONS = `ip_json() {
  if ! has ip; then absent ip; fi
  bounded 60 ip "$@"
}
ip_batch() {
  if ! has ip; then absent ip; fi
  family=$1
  shift
  printf '%s\\n' "$@" | bounded 60 ip "$family" -j -batch -
}`;

/**
 * Shell code with sections that ask `ip` for these files, a process a family: starting them takes a node
 * longer than what they do. Where one of them cannot be answered each is asked alone, to know which.
 */
export function askIp(wanted: readonly NodeFile[]): string[] {
  return askedOf(wanted).flatMap(([family, files]) => {
    const questions = files.map(([, question]) => quote(question));
    const alone = files.map(
      ([file, question]) => `section file-${file} ip_json ${family} -j ${question}`,
    );
    return [
      `section ${nameOf(family)} ip_batch ${family} ${questions.join(' ')}`,
      'if [ "$code" -ne 0 ]; then',
      ...alone,
      'fi',
    ];
  });
}

/** The answers that came together, each as a section of its file: `file-ip-route.json`. */
export function ipAnswers(
  wanted: readonly NodeFile[],
  sections: ReadonlyMap<string, Section>,
): Map<string, Section> {
  const answers = askedOf(wanted).flatMap(([family, files]) => {
    const all = sections.get(nameOf(family));
    if (all?.exitCode !== 0) return [];
    const lines = [...byteLines(all.bytes)];
    return files.map(([file], index) => {
      const line = lines.length === files.length ? lines[index] : undefined;
      const answer = line ? section(line, '', 0) : section(NOTHING, NO_LINE, 1);
      return [`file-${file}`, answer] as const;
    });
  });
  return new Map(answers);
}

const NOTHING = Buffer.alloc(0);
const NO_LINE = '`ip -batch` on the node did not print a line for each question';

function askedOf(wanted: readonly NodeFile[]) {
  const asked = Object.entries(QUESTIONS).map(([family, questions]) => {
    const files = Object.entries(questions).filter(([file]) => wanted.includes(file as NodeFile));
    return [family, files] as const;
  });
  return asked.filter(([, files]) => files.length > 0);
}

function nameOf(family: string): string {
  return `ip${family}`;
}
