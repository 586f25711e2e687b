/**
 * extip's top with commands that do what a test needs: started as a process by the tests of
 * exit codes, streams and signals, because a real process is what users and scripts see.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { main } from '../src/cli.ts';
import type { AnyCommand, CommandDeclaration } from '../src/commands/command.ts';
import { LeftChangedError, RefusedError } from '../src/errors.ts';
import { document, toJson } from '../src/output/json.ts';

function command(
  name: string,
  run: CommandDeclaration['run'],
  more: Partial<CommandDeclaration> = {},
): CommandDeclaration {
  return {
    name,
    summary: `Do ${name}`,
    examples: [{ command: `extip ${name}`, what: `do ${name}` }],
    arguments: [],
    options: [],
    outputs: ['text', 'json', 'yaml'],
    reads: ['cluster', 'nodes', 'changes'],
    run,
    ...more,
  };
}

const commands: AnyCommand[] = [
  command(
    'echo',
    async (args, options, context) => {
      context.write(toJson(document('Echo', { args, options, output: context.output })));
      return 0;
    },
    {
      arguments: [
        { name: 'first', description: 'the first', required: true },
        { name: 'second', description: 'the second', required: false },
      ],
      options: [
        { flags: '--node <name>', description: 'a node' },
        { flags: '-A, --all', description: 'all of them' },
        { flags: '--no-headers', description: 'no headers' },
      ],
    },
  ),
  command('three', async () => 3),
  command('refuse', async () => {
    throw new RefusedError('192.0.2.10 is answered by another host', {
      reason: 'address-answered',
      object: 'service/default/web',
      help: 'choose another address',
    });
  }),
  command('leave', async () => {
    throw new LeftChangedError('rollback failed', {
      reason: 'rollback-failed',
      left: [{ what: '192.0.2.10 on k0', command: 'ssh k0 ip addr del 192.0.2.10/32 dev eth0' }],
    });
  }),
  command('bug', async () => {
    throw new TypeError('undefined is not a function');
  }),
  command('late-bug', async () => {
    setTimeout(() => {
      throw new TypeError('from a timer');
    }, 1);
    await sleep(60_000);
    return 0;
  }),
  command('speak', async (_args, _options, context) => {
    context.write(context.colors.red('result'));
    context.note('note \x1b[2J');
    context.warn('warning \x1b[2J');
    context.log('log \x1b[2J');
    const progress = context.progress('step \x1b[2J');
    // Long enough for a spinner's frame.
    await sleep(200);
    progress.done();
    return 0;
  }),
  command('ask', async (_args, _options, context) => {
    const sure = await context.confirm('Sure?');
    const node = await context.select('Which node?', [{ name: 'k0', value: 'k0' }], '--node');
    context.write(`${sure} ${node}`);
    return 0;
  }),
  command('select', async (_args, _options, context) => {
    context.write(await context.select('Which?', [{ name: 'k0', value: 'k0' }], '--node NODE'));
    return 0;
  }),
  command(
    'flood',
    async (_args, _options, context) => {
      for (let line = 0; line < 1_000_000; line++) {
        context.write(`line ${line}`);
        if (line % 1000 === 0) await sleep(0);
      }
      return 0;
    },
    { reads: [] },
  ),
  command('flood-and-change', async (_args, _options, context) => {
    for (let line = 0; line < 5000; line++) {
      context.write(`line ${line}`);
      if (line % 1000 === 0) await sleep(1);
    }
    context.note('the change is finished');
    return 1;
  }),
  command('wait', async (_args, _options, context) => {
    context.note('waiting');
    await sleep(60_000, undefined, { signal: context.signal });
    return 0;
  }),
  command('roll-back', async (_args, _options, context) => {
    context.note('waiting');
    await sleep(60_000, undefined, { signal: context.signal }).catch(() => {});
    await sleep(100);
    context.note('rolled back');
    throw context.signal.reason;
  }),
  command('stubborn', async (_args, _options, context) => {
    context.note('waiting');
    await sleep(60_000);
    return 0;
  }),
  command('config', async (_args, _options, context) => {
    context.write(Object.keys((await context.config()).clusters).join());
    return 0;
  }),
];

await main('extip', process.argv.slice(2), commands);
