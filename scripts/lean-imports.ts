import type { Plugin } from 'esbuild';

/** What the files of client-node that are bundled take from those that are not. */
const exportsLeftOut = ['Agent', 'ProxyAgent', 'createConfiguration', 'ServerConfiguration'];

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

    // Only KubeConfig of it is used, and of that nothing that makes requests: undici and the
    // thousand files of the generated client are left out.
    build.onResolve({ filter: /^(undici|\.\/gen\/index\.js)$/ }, ({ path, importer }) =>
      /@kubernetes[/\\]client-node[/\\]dist[/\\]/.test(importer)
        ? { path, namespace: 'left-out', sideEffects: false }
        : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'left-out' }, ({ path }) => ({
      contents: exportsLeftOut
        .map((name) => `export class ${name} { constructor() { throw Error('no ${path}'); } }`)
        .join('\n'),
    }));
  },
};
