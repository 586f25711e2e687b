import { buildLab } from './build.ts';
import { down, stop, sweep } from './down.ts';
import { LabError } from './error.ts';
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
  try {
    await buildLab(lab, scenario, programs, report);
  } catch (error) {
    // The folder stays until the next `up` or `down`, for its logs.
    await stop(labDirectory(name));
    throw error;
  }
  lab.phase = 'up';
  await saveState(lab);
  return lab;
}
