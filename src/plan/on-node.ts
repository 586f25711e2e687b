import type { Action, NodeChange } from './action.ts';

/** The change of a node as an action. */
export function onNode(node: string, change: NodeChange): Action {
  return { type: 'change-node', node, change };
}
