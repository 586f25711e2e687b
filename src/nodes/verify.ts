export type { Check } from '../plan/execute.ts';
export { checkConnect, checkFromHost } from './check-connect.ts';
export { checkNeighbour } from './check-neighbour.ts';
export { checkRules } from './check-rules.ts';
