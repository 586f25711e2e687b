import { text } from 'node:stream/consumers';
import { armLocal } from '../../src/watchdog/arm-local.ts';

/** Arms a watchdog with the order on standard input, says so, and does nothing more. */
await armLocal(JSON.parse(await text(process.stdin)));
console.log('armed');
setInterval(() => {}, 1000);
