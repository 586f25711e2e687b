import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';

/** Where a file of the package is, bundled or not. */
export function packageFile(path: string): string {
  return join(dirname(findPackageJSON(import.meta.url) ?? '.'), path);
}
