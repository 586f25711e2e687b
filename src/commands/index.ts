import { assign } from './assign.ts';
import type { AnyCommand } from './command.ts';
import { completion } from './completion.ts';
import { doctor } from './doctor.ts';
import { explain } from './explain.ts';
import { guard } from './guard.ts';
import { list } from './list.ts';
import { release } from './release.ts';
import { snapshot } from './snapshot.ts';

/** The commands, in the order of the help. */
export const commands: readonly AnyCommand[] = [
  assign,
  release,
  list,
  explain,
  doctor,
  guard,
  snapshot,
  completion,
];
