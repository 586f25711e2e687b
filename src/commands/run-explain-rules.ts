import { ExitCode } from '../errors.ts';
import { explainFlow, tellingOfDump } from '../explain/explain.ts';
import type { Explanation } from '../explain/explanation.ts';
import { lineNaming } from '../explain/line-naming.ts';
import { readRules } from '../explain/read-rules.ts';
import { readRequest } from '../explain/request.ts';
import { readIpsetSave } from '../net/netfilter/ipset/read-save.ts';
import { formatExplanation } from '../output/explanation-format.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { packetFlags } from './ask-packet.ts';
import type { Context } from './context.ts';
import type { ExplainOptions } from './explain.ts';
import { inputName, readInput } from './read-input.ts';

/** `extip explain --rules`: reads the dump, walks the packet, and prints what comes of it. */
export async function runExplainRules(
  rules: string,
  options: ExplainOptions,
  context: Context,
): Promise<number> {
  const flags = await packetFlags(options, context);
  const input = (path: string) => unlessAborted(readInput(path), context.signal);
  const { sets, problems } = options.ipset
    ? readIpsetSave((await input(options.ipset)).toString())
    : { sets: new Map(), problems: [] };
  const request = readRequest(flags, sets);
  const bytes = await input(rules);
  const read = readRules(bytes, inputName(rules), request.asked.packet.family);
  const flow = explainFlow(
    request,
    read.tables,
    tellingOfDump(read.tables, (address) => lineNaming(bytes, address)),
  );
  const explanation: Explanation = {
    subject: null,
    flows: [flow],
    observations: [],
    unread: [],
    // Those of rules come to light in the walk.
    problems: [
      ...read.problems.map((it) => ({ input: rules, ...it })),
      ...problems.map((it) => ({ input: options.ipset ?? '', ...it })),
    ],
  };
  for (const { input, line, column, message } of explanation.problems) {
    context.warn(`${input}:${line}:${column}: ${message}`);
  }
  for (const note of read.notes) context.warn(note);
  const { output, colors } = context;
  context.write(await formatExplanation(explanation, { output, all: options.allRules, colors }));
  return ExitCode.ok;
}
