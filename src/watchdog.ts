import { runLocal } from './watchdog/run-local.ts';

await runLocal();
