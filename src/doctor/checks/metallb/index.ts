import type { Check } from '../../check.ts';
import { addressInUse } from './address-in-use.ts';
import { addressRefused } from './address-refused.ts';
import { advertisesUnknownPool } from './advertises-unknown-pool.ts';
import { announcedBy } from './announced-by.ts';
import { configMapLeftOver } from './config-map-left-over.ts';
import { configMapRefused } from './config-map-refused.ts';
import { controllerNotReady } from './controller-not-ready.ts';
import { noAnnouncer } from './no-announcer.ts';
import { noPool } from './no-pool.ts';
import { noSpeaker } from './no-speaker.ts';
import { notAdvertised } from './not-advertised.ts';
import { poolExhausted } from './pool-exhausted.ts';
import { poolRefused } from './pool-refused.ts';
import { poolsOverlap } from './pools-overlap.ts';
import { unknownPool } from './unknown-pool.ts';

/** All that are about MetalLB, by their codes. */
export const METALLB: readonly Check[] = [
  configMapRefused,
  poolRefused,
  poolsOverlap,
  configMapLeftOver,
  advertisesUnknownPool,
  unknownPool,
  addressRefused,
  addressInUse,
  poolExhausted,
  noPool,
  controllerNotReady,
  notAdvertised,
  noAnnouncer,
  noSpeaker,
  announcedBy,
];
