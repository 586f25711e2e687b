import { Argument, Command, Option } from 'commander';
import { down } from './down.ts';
import { LabError } from './error.ts';
import { faults } from './fault-table.ts';
import { downWhenInterrupted } from './interruption.ts';
import { scenarioNames } from './scenario.ts';
import { execInteractively } from './shell.ts';
import { labNames } from './state.ts';
import { describeLab, describeLabs, findLab, findRunningHost } from './status.ts';

const lab = 'npm run -s lab --';

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function upCommand(name: string, { scenario = name }: { scenario?: string }) {
  await downWhenInterrupted(name, () => start(name, scenario));
}

async function start(name: string, scenario: string) {
  // Loaded only here, so that `exec` is quick.
  const [{ provision }, { up }] = await Promise.all([import('./provision.ts'), import('./up.ts')]);
  const provisioned = await provision(say);
  if (!provisioned.available) {
    throw new LabError(['a lab cannot be started here:', ...provisioned.missing].join('\n  '));
  }
  const { programs } = provisioned;
  const started = Date.now();
  const report = (progress: string) =>
    say(`${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s  ${progress}`);
  const { hosts } = await up(name, { scenario, programs, report });
  const names = Object.keys(hosts).filter((host) => hosts[host]?.role !== 'pod');
  const more = names.length > 8 ? `, … (${names.length})` : '';
  report(`lab ${name} is up: ${names.slice(0, 8).join(', ')}${more}`);
  say(`\nTry next:\n  ${lab} exec ${name} operator -- kubectl get nodes,pods,services`);
  say(`  ${lab} shell ${name} operator\n  ${lab} down ${name}`);
}

async function downCommand(name: string | undefined, { all }: { all?: boolean }) {
  if (!name && !all) throw new LabError('name the lab to take down, or use --all');
  const names = name ? [name] : await labNames();
  if (!names.length) say('there are no labs');
  for (const each of names) {
    say((await down(each)) ? `lab ${each} is down` : `there is no lab ${each}: nothing to do`);
  }
}

async function execCommand(name: string, host: string, command: string[]) {
  const argv = command[0] === '--' ? command.slice(1) : command;
  process.exitCode = await execInteractively(await findRunningHost(name, host), argv);
}

function faultList(): string {
  const width = Math.max(...faults.map((fault) => fault.name.length));
  return `\nFaults:\n${faults.map((fault) => `  ${fault.name.padEnd(width)}  ${fault.what}`).join('\n')}`;
}

async function faultCommand(name: string, host: string, fault: string, state?: 'off') {
  await findRunningHost(name, host);
  const { setFault } = await import('./fault.ts');
  await setFault(await findLab(name), host, fault, state ?? 'on');
  const undo = `${lab} fault ${name} ${host} ${fault} off`;
  say(state ? `${fault} is mended on ${host}` : `${fault} on ${host}; to mend it:\n  ${undo}`);
}

async function rebootCommand(name: string, node: string) {
  const { REBOOT } = await import('./reboot.ts');
  await execCommand(name, node, ['sh', '-c', REBOOT]);
}

const json = () => new Option('-o, --output <format>', 'how to print').choices(['json']);
const program = new Command('lab')
  .description('Real clusters in network namespaces, to try and test extip on.')
  .usage('COMMAND …')
  .enablePositionalOptions()
  .showHelpAfterError('(--help tells what there is)')
  .addHelpText(
    'after',
    `
A HOST is operator, a node, a client, a router or a pod; \`status\` lists them.
Scenarios: ${(await scenarioNames()).join(', ')}

Examples:
  ${lab} up s2                                            start the lab s2
  ${lab} exec s2 operator -- kubectl get services         run a command on a host
  ${lab} exec s2 client -- curl -s http://20.1.0.167/     the same from outside the cluster
  ${lab} shell s2 k0                                      a shell on a node
  ${lab} up mine --scenario s2                            another lab of the same kind
  ${lab} fault s2 k2 ssh-refused                          break something; with off: mend it
  ${lab} down s2                                          end it; nothing is left
`,
  );

program
  .command('up <name>')
  .description('start a lab and wait until everything in it works')
  .option('--scenario <scenario>', "what to start (default: the lab's name)")
  .action(upCommand);
program
  .command('down [name]')
  .description('end a lab and remove all of it')
  .option('--all', 'every lab there is')
  .action(downCommand);
program
  .command('list')
  .description('list the labs')
  .addOption(json())
  .action(async ({ output }) => console.log(await describeLabs(output)));
program
  .command('status <name>')
  .description("show a lab's hosts, addresses and programs")
  .addOption(json())
  .action(async (name, { output }) => console.log(describeLab(await findLab(name), output)));
program
  .command('exec <name> <host> <command...>')
  .description('run a command on a host; its exit code is passed on')
  .usage('NAME HOST -- COMMAND…')
  .passThroughOptions()
  .action(execCommand);
program
  .command('shell <name> <host>')
  .description('open a shell on a host')
  .action((name, host) => execCommand(name, host, ['bash']));
program
  .command('reboot <name> <node>')
  .description("take extip's addresses off a node, then run what restores them")
  .action(rebootCommand);
program
  .command('fault')
  .description('make something go wrong, or mend it again')
  .argument('<name>', 'the lab')
  .argument('<host>', 'the host it is about')
  .argument('<fault>', 'one of those below')
  .addArgument(new Argument('[off]', 'mend it').choices(['off']))
  .addHelpText('after', faultList())
  .action(faultCommand);

try {
  await program.parseAsync();
} catch (error) {
  if ((error as NodeJS.ErrnoException).code === 'EACCES') say('lab: labs belong to root');
  else if (error instanceof LabError) say(`lab: ${error.message}`);
  else throw error;
  process.exitCode = 1;
}
