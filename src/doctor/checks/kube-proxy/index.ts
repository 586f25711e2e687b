import type { Check } from '../../check.ts';
import { besideRules } from './beside-rules.ts';
import { modesDiffer } from './modes-differ.ts';
import { nodePortsNowhere } from './node-ports-nowhere.ts';
import { nodePortsOutside } from './node-ports-outside.ts';
import { none } from './none.ts';
import { notRunning } from './not-running.ts';
import { notStrict } from './not-strict.ts';
import { versionSkew } from './version-skew.ts';

/** EXT14x: kube-proxy. */
export const KUBE_PROXY: readonly Check[] = [
  none,
  notRunning,
  modesDiffer,
  versionSkew,
  notStrict,
  nodePortsNowhere,
  nodePortsOutside,
  besideRules,
];
