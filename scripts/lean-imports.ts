import { builtinModules } from 'node:module';
import { join, relative } from 'node:path';
import type { Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** What the files of client-node that are bundled take from those that are not. */
const exportsLeftOut = ['Agent', 'ProxyAgent', 'createConfiguration', 'ServerConfiguration'];

const BUILTIN = new RegExp(`^(node:)?(${builtinModules.join('|')})$`);

/** One of Node's own modules. What of it nobody imports is left out of the bundle, and so not read. */
function exportsOf(path: string): string {
  const names = Object.keys(process.getBuiltinModule(path) ?? {});
  return [
    `const $ = /* @__PURE__ */ process.getBuiltinModule('node:${path}');`,
    'export default $;',
    ...names.map((name) => `export const ${name} = /* @__PURE__ */ (() => $.${name})();`),
  ].join('\n');
}

/** Loads nothing that a run of extip does not use: each of these costs a start 30 ms and more. */
export const leanImports: Plugin = {
  name: 'lean-imports',
  setup(build) {
    // An `import` of one of Node's own modules reads its every property to make the module's exports,
    // and some have getters that load more: all of fetch (node:http's `WebSocket`), standard input.
    build.onResolve({ filter: BUILTIN }, ({ path, kind, importer }) =>
      kind === 'require-call' || kind === 'entry-point'
        ? undefined
        : {
            path: path.replace('node:', ''),
            namespace: 'builtin',
            // To each importer its own: what several share becomes a file of its own.
            suffix: `?${relative(root, importer).replaceAll(/[/\\]/g, ' ')}`,
            sideEffects: false,
          },
    );
    build.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: exportsOf(path),
    }));

    // Of yaml's files for Node, which are CommonJS, all would be loaded; those for browsers are the same
    // as ES modules, of which only what is used is bundled.
    build.onResolve({ filter: /^yaml$/ }, () => ({
      path: join(root, 'node_modules', 'yaml', 'browser', 'dist', 'index.js'),
      sideEffects: false,
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
