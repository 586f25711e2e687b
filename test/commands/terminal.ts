import { randomBytes } from 'node:crypto';
import type { Lab } from '../lab/harness.ts';
import { waitFor } from '../lab/wait.ts';
import { on } from './observe.ts';

/** A command that runs on a terminal of the operator's. */
export interface Terminal {
  /** Waits until the screen shows it. */
  shows(pattern: RegExp): Promise<string>;
  /** Types keys as tmux names them (`Enter`, `Down`, `C-c`), or text. */
  type(...keys: string[]): Promise<void>;
}

/** Starts a command on a terminal of 160 columns; its exit code comes last, as `exit CODE`. */
export async function openTerminal(lab: Lab, command: string): Promise<Terminal> {
  const tmux = `tmux -L ${randomBytes(4).toString('hex')} -f /dev/null`;
  const script = `${command}; echo exit $?; sleep 60`;
  await on(lab, 'operator', `${tmux} new-session -d -x 160 -y 50 '${script}'`);
  return {
    shows: (pattern) =>
      waitFor(
        `${pattern}`,
        async () => {
          const screen = await on(lab, 'operator', `${tmux} capture-pane -p`);
          if (!pattern.test(screen)) throw new Error(`the screen is\n${screen}`);
          return screen;
        },
        30,
      ),
    type: async (...keys) => {
      await on(lab, 'operator', `${tmux} send-keys ${keys.map((key) => `'${key}'`).join(' ')}`);
    },
  };
}
