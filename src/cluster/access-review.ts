import { WRITTEN_API } from '../calico/own-kinds.ts';
import type { Right } from '../calico/rights.ts';
import { type Api, ApiError } from './api.ts';
import { resourcePath } from './paths.ts';

const GROUP_VERSION = 'authorization.k8s.io/v1';

export const ACCESS_REVIEWS_PATH = resourcePath(GROUP_VERSION, 'selfsubjectaccessreviews');

/** The question whether whoever asks has this right. */
export function accessReview({ verb, resource, name }: Right): object {
  const [group] = WRITTEN_API.split('/');
  const resourceAttributes = { group, resource, verb, ...(name !== undefined && { name }) };
  return {
    apiVersion: GROUP_VERSION,
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  };
}

/** Those of the rights that we do not have. Where the API does not let us ask, none: the write itself will tell. */
export async function missingRights(api: Api, rights: readonly Right[]): Promise<Right[]> {
  const allowed = await Promise.all(rights.map((right) => isAllowed(api, right)));
  return rights.filter((_, index) => !allowed[index]);
}

async function isAllowed(api: Api, right: Right): Promise<boolean> {
  try {
    const { status } = await api.create<{ status?: { allowed?: boolean } }>(
      ACCESS_REVIEWS_PATH,
      accessReview(right),
    );
    return status?.allowed === true;
  } catch (error) {
    if (error instanceof ApiError && [403, 404].includes(error.status)) return true;
    throw error;
  }
}
