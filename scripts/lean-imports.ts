import type { Plugin } from 'esbuild';

/** Loads nothing that a run of extip does not use: each of these costs a start 30 ms and more. */
export const leanImports: Plugin = {
  name: 'lean-imports',
  setup(build) {
    // An `import` of node:http reads its every property to make the module's exports, `WebSocket`
    // among them, whose getter loads all of fetch (Node 24, lib/http.js, lazyUndici).
    build.onResolve({ filter: /^(node:)?https?$/ }, ({ path, kind }) =>
      kind === 'require-call'
        ? undefined
        : { path: path.replace('node:', ''), namespace: 'builtin', sideEffects: false },
    );
    build.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}');`,
    }));

    // Only its KubeConfig is used, and of that only what node:https needs; the classes of all
    // resources and undici, which its own requests are made with, are left out.
    const clientNode = /@kubernetes[/\\]client-node[/\\]/;
    build.onResolve({ filter: /./ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === 'resolving' || !clientNode.test(from.importer)) return undefined;
      if (path === 'undici') return { path, namespace: 'left-out', sideEffects: false };
      const found = await build.resolve(path, { ...from, pluginData: 'resolving' });
      return clientNode.test(found.path) ? { ...found, sideEffects: false } : found;
    });
    build.onLoad({ filter: /./, namespace: 'left-out' }, ({ path }) => ({
      contents: ['Agent', 'ProxyAgent', 'fetch', 'FormData']
        .map((name) => `export class ${name} { constructor() { throw Error('no ${path}'); } }`)
        .join('\n'),
    }));
  },
};
