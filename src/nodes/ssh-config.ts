import { randomBytes } from 'node:crypto';
import { execa } from 'execa';

/** What the user's ssh already knows of a host by this name, in words; null: nothing. */
export type SshKnows = (name: string) => Promise<string | null>;

/**
 * Asks the user's ssh. The configuration counts where it says something about the name that it does
 * not say of a random one (`ssh -G`), which it is asked about once; known_hosts where it has a key.
 */
export function sshKnowledge(): SshKnows {
  const stranger = `q${randomBytes(8).toString('hex').replace(/\d/g, 'x')}`;
  let strangers: ReturnType<typeof readConfig> | undefined;
  return async (name) => {
    strangers ??= readConfig(stranger);
    const [own, any] = await Promise.all([readConfig(name), strangers]);
    if (!own || !any) return null;
    // A line counts as anyone's as it stands, for the name may be "no", and with the name taken out.
    const ofAnyone = new Set(any.flatMap((line) => [line, line.replaceAll(stranger, '%h')]));
    const special = own.find(
      (line) => !ofAnyone.has(line) && !ofAnyone.has(line.replaceAll(name.toLowerCase(), '%h')),
    );
    if (special) return `the ssh configuration has its own ${special.split(' ', 1)[0]} for it`;
    const file = await knownHostsFile(own);
    return file ? `${file} knows it` : null;
  };
}

/**
 * `ssh -G`, one `keyword value` a line; null without ssh. Left out: `host` repeats the argument,
 * and a ControlPath may hold a hash of it.
 */
async function readConfig(host: string): Promise<string[] | null> {
  const { stdout, exitCode } = await execa('ssh', ['-G', '--', host], {
    reject: false,
    stdin: 'ignore',
    timeout: 10_000,
  });
  if (exitCode !== 0) return null;
  return stdout.split('\n').filter((line) => !/^(host|controlpath) /.test(line));
}

/** The file in which ssh would find a key of the host. */
async function knownHostsFile(config: string[]): Promise<string | null> {
  const value = (keyword: string) =>
    config.find((line) => line.startsWith(`${keyword} `))?.slice(keyword.length + 1);
  const host = value('hostkeyalias') ?? value('hostname') ?? '';
  const port = value('port') ?? '22';
  const entry = port === '22' ? host : `[${host}]:${port}`;
  const files = [value('userknownhostsfile'), value('globalknownhostsfile')]
    .flatMap((list) => list?.split(' ') ?? [])
    .filter((file) => file.startsWith('/'));
  for (const file of files) {
    const found = await execa('ssh-keygen', ['-F', entry, '-f', file], {
      reject: false,
      stdin: 'ignore',
      timeout: 10_000,
    });
    if (found.exitCode === 0) return file;
  }
  return null;
}
