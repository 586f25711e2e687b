import { FailedError } from '../errors.ts';
import type { Ip } from '../net/ip.ts';
import { quote } from '../quote.ts';
import { type Connection, parseConnections } from './parse-connections.ts';
import { lastLine } from './plain-line.ts';
import type { Reach } from './reach.ts';
import { type RunOptions, runScript, type ScriptRun } from './run-script.ts';

/** So many are ended by one script. */
const AT_ONCE = 500;

/**
 * Ends those of a node's tracked connections to the address that are not permitted any more: a policy is for
 * new ones, and those that are established go on. What it knows nothing of, it drops with the next packet.
 * Returns how many were ended. Throws FailedError where the node cannot do it.
 */
export async function cutConnections(
  reach: Reach,
  ip: Ip,
  isPermitted: (connection: Connection) => boolean,
  options: RunOptions = {},
): Promise<number> {
  const list = `section list bounded 30 conntrack -L -f ipv${ip.family} -d ${quote(ip.text)}`;
  const listed = await runScript(reach, { privilege: 'require', body: list }, options);
  const wrong = parseConnections(outputOf(reach, listed, 'list')).filter(
    (connection) => connection.destination.text === ip.text && !isPermitted(connection),
  );
  for (let at = 0; at < wrong.length; at += AT_ONCE) {
    const commands = wrong.slice(at, at + AT_ONCE).map(deletion);
    // One that has ended meanwhile is none to end: its code 1 says nothing.
    const body = `end_them() {\n${commands.join('\n')}\ntrue\n}\nsection end end_them`;
    outputOf(reach, await runScript(reach, { privilege: 'require', body }, options), 'end');
  }
  return wrong.length;
}

function deletion({ protocol, source, destination, ...ports }: Connection): string {
  const { sourcePort, destinationPort } = ports;
  const ends = `-s ${quote(source.text)} -d ${quote(destination.text)}`;
  return `bounded 10 conntrack -D -p ${quote(protocol)} ${ends} --sport ${sourcePort} --dport ${destinationPort} >/dev/null 2>&1`;
}

function outputOf(reach: Reach, run: ScriptRun, name: string): string {
  const section = run.sections.get(name);
  if (run.status === 'ok' && section?.exitCode === 0) return section.stdout;
  const isMissing = section?.exitCode === 127;
  const why = isMissing
    ? 'it has no conntrack'
    : (run.message ?? (lastLine(section?.stderr ?? '') || `exit ${section?.exitCode}`));
  throw new FailedError(`connections on ${reach.node} cannot be ended: ${why}`, {
    reason: 'not-cut',
    object: `node/${reach.node}`,
    ...(isMissing && { help: 'install conntrack there (Debian: conntrack), or leave --cut out' }),
  });
}
