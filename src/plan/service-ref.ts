import type { Service, ServiceName } from '../snapshot/kubernetes.ts';

/** Names a Service; `uid` tells it from a later one of the same name. */
export interface ServiceRef extends ServiceName {
  uid: string;
}

/** The Service's reference; uid is empty only for an object that the API never sends. */
export function serviceRef({ metadata }: Service): ServiceRef {
  const { namespace = 'default', name, uid = '' } = metadata;
  return { namespace, name, uid };
}
