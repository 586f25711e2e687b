import { userInfo } from 'node:os';
import { isAbsolute } from 'node:path';

/**
 * The user's home directory, always an absolute path: an empty or relative $HOME would make a file
 * of the working directory the kubeconfig or the configuration, which may name commands to run.
 */
export function homeDirectory(env: NodeJS.ProcessEnv): string {
  const { HOME = '' } = env;
  if (isAbsolute(HOME)) return HOME;
  try {
    return userInfo().homedir;
  } catch {
    // No entry in the user database, as in some containers.
    return '/nonexistent';
  }
}
