import type { OwnObject } from './change.ts';

/** The API in which extip writes Calico's objects. */
export const WRITTEN_API = 'projectcalico.org/v3';

/** What the API calls them in paths and kubectl's commands. */
export const PLURALS: Readonly<Record<OwnObject['kind'], string>> = {
  GlobalNetworkPolicy: 'globalnetworkpolicies',
  HostEndpoint: 'hostendpoints',
};
