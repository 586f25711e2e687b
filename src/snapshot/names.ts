import * as z from 'zod/mini';

/** A name or uid of Kubernetes, of RFC 1123's characters: nothing that a shell would interpret. */
export const Name = z.string().check(z.maxLength(253), z.regex(/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/));

/** Whether it is a label of RFC 1123, as the names of namespaces and Services are. */
export function isLabel(text: string): boolean {
  return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text);
}

/** Whether it is a name of RFC 1123, as those of nodes and pods are; as that of a file it leads nowhere else. */
export function isName(text: string): boolean {
  return Name.safeParse(text).success;
}
