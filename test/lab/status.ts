import { LabError } from './error.ts';
import { isAlive } from './process.ts';
import {
  condition,
  findHost,
  type HostState,
  isProgramAlive,
  type LabState,
  labNames,
  readState,
} from './state.ts';

/** The lab `name`; fails with what to type when there is none. */
export async function findLab(name: string): Promise<LabState> {
  const state = await readState(name);
  if (state) return state;
  const names = await labNames();
  const others = names.length ? `there are: ${names.join(', ')}` : 'none is running';
  throw new LabError(
    `there is no lab '${name}' (${others}); start it: npm run -s lab -- up ${name}`,
  );
}

/** A host of a lab that commands can be run on. */
export async function findRunningHost(labName: string, hostName: string): Promise<HostState> {
  const lab = await findLab(labName);
  const found = condition(lab);
  const host = found === 'starting' ? undefined : findHost(lab, hostName);
  if (!host || !isAlive(host.init)) {
    throw new LabError(`lab ${labName} is ${found}; start it: npm run -s lab -- up ${labName}`);
  }
  return host;
}

/** All labs, as a table or as JSON. */
export async function describeLabs(format?: 'json'): Promise<string> {
  const states = await Promise.all((await labNames()).map(readState));
  const labs = states
    .filter((state) => state !== undefined)
    .map((state) => ({
      name: state.name,
      scenario: state.scenario,
      condition: condition(state),
      hosts: Object.keys(state.hosts).length,
    }));
  if (format === 'json') return JSON.stringify(labs, null, 2);
  const rows = labs.map(({ name, scenario, condition, hosts }) => [
    name,
    scenario,
    condition,
    String(hosts),
  ]);
  return table([['NAME', 'SCENARIO', 'STATE', 'HOSTS'], ...rows]);
}

/** A lab's hosts, addresses and programs, as a table or as JSON. */
export function describeLab(lab: LabState, format?: 'json'): string {
  const hosts = Object.entries(lab.hosts).map(([name, host]) => ({
    name,
    role: host.role,
    addresses: host.addresses,
    pid: host.init.pid,
    programs: Object.entries(host.programs).map(([program, identity]) => ({
      name: program,
      pid: identity.pid,
      alive: isProgramAlive(host, identity),
    })),
  }));
  const found = condition(lab);
  if (format === 'json') {
    const { name, scenario } = lab;
    return JSON.stringify({ name, scenario, condition: found, hosts }, null, 2);
  }
  const rows = hosts.map(({ name, role, addresses, programs }) => [
    name,
    role,
    addresses.join(','),
    programs.map((p) => `${p.name}:${p.alive ? p.pid : 'dead'}`).join(' '),
  ]);
  const heading = `lab ${lab.name}: scenario ${lab.scenario}, ${found}`;
  return `${heading}\n${table([['HOST', 'ROLE', 'ADDRESSES', 'PROGRAMS'], ...rows])}`;
}

function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
