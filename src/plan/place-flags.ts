import { isPlainWord } from '../snapshot/plain-word.ts';
import type { HolderChoice } from './choose-holder.ts';

/** The flags that name the place, to be typed; null for an interface that a shell would misread. */
export function placeFlags({ node, interface: name }: HolderChoice): string | null {
  return isPlainWord(name) ? `--node ${node} --interface ${name}` : null;
}
