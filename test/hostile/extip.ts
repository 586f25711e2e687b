/** extip from its sources, as a process of its own: what a user's shell starts. */
import { main } from '../../src/cli.ts';

await main('extip', process.argv.slice(2));
