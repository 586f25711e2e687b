import { apiCases } from './api-cases.ts';
import { argumentCases } from './argument-cases.ts';
import { calicoCases } from './calico-cases.ts';
import type { Case } from './case.ts';
import { environmentCases } from './environment-cases.ts';
import { fileCases } from './file-cases.ts';
import { nodeCases } from './node-cases.ts';

/** Every hostile input that needs no lab. */
export const allCases: Case[] = [
  ...argumentCases,
  ...environmentCases,
  ...fileCases,
  ...apiCases,
  ...nodeCases,
  ...calicoCases,
];
