import { ExecaError } from 'execa';
import { buildLab } from './build.ts';
import { down, stop, sweep } from './down.ts';
import { LabError } from './error.ts';
import { watchPrograms } from './program.ts';
import { loadScenario } from './scenario.ts';
import {
  condition,
  createState,
  type LabState,
  labDirectory,
  readState,
  saveState,
} from './state.ts';

/** What `up` needs besides the name. */
export interface UpOptions {
  scenario: string;
  /** Paths of the lab's programs by name, and of `crd`, the folder of Calico's CRDs. */
  programs: Record<string, string>;
  endsWithStarter?: boolean;
  report?: (progress: string) => void;
}

/** Starts a lab and returns when everything in it works; a lab that runs already is left alone. */
export async function up(
  name: string,
  { scenario: scenarioName, programs, endsWithStarter = false, report = () => {} }: UpOptions,
): Promise<LabState> {
  const scenario = await loadScenario(scenarioName);
  await sweep();
  const existing = await readState(name);
  if (existing) {
    const found = condition(existing);
    if (found === 'starting') throw new LabError(`lab ${name} is being started by another process`);
    if (found === 'running' && existing.scenario !== scenarioName) {
      throw new LabError(`lab ${name} runs scenario ${existing.scenario}: take it down first`);
    }
    if (found === 'running') {
      report(`lab ${name} runs already`);
      return existing;
    }
    report(`lab ${name} has crashed: starting it anew`);
    await down(name);
  }

  const lab = await createState({ name, scenario: scenarioName, endsWithStarter });
  const built = new AbortController();
  try {
    await Promise.race([
      buildLab(lab, scenario, programs, report),
      watchPrograms(lab, built.signal),
    ]);
  } catch (error) {
    const directory = labDirectory(name);
    await stop(directory);
    // The folder stays until the next `up` or `down`, for its logs.
    throw new LabError(
      `lab ${name} did not come up: ${reasonOf(error)}\nIts logs: ${directory}/logs`,
    );
  } finally {
    built.abort();
  }
  lab.phase = 'up';
  await saveState(lab);
  return lab;
}

function reasonOf(error: unknown): string {
  if (error instanceof ExecaError) return `${error.shortMessage}: ${error.stderr}`;
  return error instanceof LabError ? error.message : String(error);
}
