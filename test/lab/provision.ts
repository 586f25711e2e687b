import { type Availability, labAvailability, missingFoundations } from './availability.ts';
import { buildPrograms } from './build-programs.ts';
import { installPackages, missingPackages } from './packages.ts';
import { findPrograms, goVersion } from './programs.ts';

/**
 * Makes this machine able to run labs: installs what Debian has, builds what Go has. Does nothing
 * where everything is there; where something cannot be done, `missing` says what and why.
 */
export async function provision(say: (text: string) => void): Promise<Availability> {
  const foundations = await missingFoundations();
  const failures = foundations.length ? [] : await addWhatIsMissing(say);
  const result = await labAvailability();
  if (result.available) return result;
  return { available: false, missing: [...failures, ...result.missing] };
}

async function addWhatIsMissing(say: (text: string) => void): Promise<string[]> {
  const failures: string[] = [];
  const attempt = async (what: string, work: () => Promise<void>) =>
    work().catch((error) => failures.push(`${what}: ${error.stderr || error.message}`));

  const packages = await missingPackages();
  if (packages.length) await attempt('apt-get', () => installPackages(packages, say));
  const { missing } = await findPrograms();
  for (const module of new Set(missing.map(({ module }) => module))) {
    const { version } = await goVersion(module);
    if (version) await attempt(module.name, () => buildPrograms(module, version, say));
  }
  return failures;
}

if (import.meta.main) {
  const result = await provision((text) => console.error(text));
  if (!result.available) {
    for (const what of result.missing) console.error(`provision: MISSING ${what}`);
    console.error('provision: SKIPPED for it: the lab, and the tests that need it');
    if (process.env.EXTIP_REQUIRE_LAB === '1') process.exitCode = 1;
  }
}
