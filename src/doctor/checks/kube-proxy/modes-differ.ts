import { nameList } from '../../../explain/phrases.ts';
import type { ClusterCheck } from '../../check.ts';

/** Node ports, and what is local, are not the same in all modes. */
export const modesDiffer: ClusterCheck = {
  code: 'EXT142',
  title: 'Services are served in different ways on different nodes',
  severity: 'warning',
  reads: ['nodes'],
  ofNodes: ['rules'],
  standsInPart: true,
  find({ nodes }) {
    const known = nodes.filter(({ servedBy }) => servedBy !== 'none' && servedBy !== 'unknown');
    const groups = [...Map.groupBy(known, ({ servedBy }) => servedBy)].sort(([a], [b]) =>
      a < b ? -1 : 1,
    );
    if (groups.length < 2) return [];
    const texts = groups.map(
      ([mode, own]) => `${mode} on ${nameList(own.map(({ node }) => node))}`,
    );
    return [
      {
        object: 'cluster',
        touches: known.map(({ node }) => `node/${node}`),
        message: `Services are served by ${texts.join(', by ')}: an external IP that is moved may be served in another way`,
        evidence: groups.map(
          ([mode, own]) =>
            `${nameList(own.map(({ node }) => node))}: by its rules and interfaces ${mode}`,
        ),
        fix: {
          advice:
            'let kube-proxy run in one mode everywhere: `mode` in the ConfigMap kube-system/kube-proxy, then restart it',
        },
      },
    ];
  },
};
