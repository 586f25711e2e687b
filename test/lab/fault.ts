import { nearest } from '../../src/nearest.ts';
import { LabError } from './error.ts';
import { run } from './exec.ts';
import { faults } from './fault-table.ts';
import { hostsOf, loadScenario } from './scenario.ts';
import { sshAddress } from './ssh.ts';
import { findHost, type LabState } from './state.ts';

/** Makes a fault on a host of a running lab, or mends it; nothing where it is so already. */
export async function setFault(
  lab: LabState,
  host: string,
  name: string,
  state: 'on' | 'off',
): Promise<void> {
  const fault = faults.find((one) => one.name === name);
  if (!fault) throw unknownFault(name);
  const variables = await variablesOf(lab, host);
  const place = fault.at === 'host' ? host : variables.OPERATOR;
  const memory = `/run/faults/${host}-${name}`;
  const assignments = Object.entries({ ...variables, MEMORY: `${memory}.txt` }).map(
    ([variable, value]) => `${variable}=${value}`,
  );
  const [guard, mark] =
    state === 'on'
      ? [`test ! -e ${memory}`, `mkdir -p /run/faults; touch ${memory}`]
      : [`test -e ${memory}`, `rm -f ${memory} ${memory}.txt`];
  const script = `set -eu
${guard} || exit 0
mkdir -p /run/faults
${fault[state]}
${mark}`;
  try {
    await run(findHost(lab, place), ['env', ...assignments, 'sh', '-c', script]);
  } catch (error) {
    const { stderr = String(error) } = error as { stderr?: string };
    throw new LabError(`${name} cannot be turned ${state} on ${host}: ${stderr}`);
  }
}

function unknownFault(name: string): LabError {
  const names = faults.map((fault) => fault.name);
  const near = nearest(name, names);
  return new LabError(
    `there is no fault '${name}'${near ? `; did you mean ${near}?` : ''}; there are: ${names.join(', ')}`,
  );
}

/** What the commands of a fault know of the host and what is around it. */
async function variablesOf(lab: LabState, name: string) {
  const { addresses } = findHost(lab, name);
  const scenario = await loadScenario(lab.scenario);
  const { operator, clients, services } = scenario;
  const host = hostsOf(scenario).find((one) => one.name === name);
  const [client] = clients;
  const [service] = services;
  return {
    HOST: name,
    ADDRESS: host && host !== operator ? sshAddress(operator, host) : (addresses[0] ?? ''),
    FIRST_INTERFACE: host?.interfaces[0]?.name ?? 'eth0',
    LAST_INTERFACE: host?.interfaces.at(-1)?.name ?? 'eth0',
    OPERATOR: operator.name,
    CLIENT: client?.name ?? '',
    CLIENT_ADDRESS: client ? sshAddress(operator, client) : '',
    SERVICE: service
      ? JSON.stringify({
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: service.name },
          spec: service.spec,
        })
      : '',
  };
}
