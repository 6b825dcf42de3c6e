// The dependency rules of the hexagon. Type imports count; docs/architecture.md has the picture.

/** One rule: whoever lies in `from` may import `allowed` and nothing else. */
const only = (name, from, comment, ...allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed },
});

/** One rule: nobody in `from` may import what lies in `to`. */
const never = (name, from, to, comment) => ({ name, comment, severity: 'error', from, to });

const path = (...patterns) => ({ path: patterns });
const except = (...patterns) => ({ pathNot: patterns });

/** Matches what the resolver makes of an import of one of these packages. */
const packages = (...names) => `(^|node_modules/)(${names.join('|')})(/|$)`;

const NODE =
  '^(node:|(assert|async_hooks|buffer|child_process|crypto|events|fs|http|module|net|os|path|perf_hooks|process|readline|stream|timers|tty|url|util|v8|vm|worker_threads|zlib)(/|$))';

module.exports = {
  forbidden: [
    never('no-cycles', {}, { circular: true }, 'A cycle has no bottom to start reading from.'),
    never(
      'no-unresolvable',
      {},
      // Programs that tests start import the build, which a fresh clone does not have yet.
      { couldNotResolve: true, pathNot: '(^|/)dist/' },
      'A rule cannot be checked on an import that leads nowhere.',
    ),
    only('domain-imports-domain', '^src/domain/', 'The rules are pure.', '^src/domain/'),
    only('ports-import-domain', '^src/ports/', 'Ports are vocabulary.', '^src/(domain|ports)/'),
    never(
      'ports-import-types',
      path('^src/ports/'),
      { dependencyTypesNot: ['type-only'] },
      'Ports have no run-time code.',
    ),
    only(
      'driver-imports-domain-and-ports',
      '^src/driver/',
      'Use cases know no adapter and no system.',
      '^src/(domain|ports|driver)/',
    ),
    never(
      'union-is-for-fake-and-oracle',
      except('^src/(domain/union|adapters/fake|oracle)/', '^src/composition\\.ts$', '^test/'),
      path('^src/domain/union/'),
      'The driver must not see the model that stands for the kernel.',
    ),
    only(
      'adapters-import-inwards',
      '^src/adapters/',
      'An adapter knows ports, domain, Node and its own package.',
      '^src/(domain|ports|adapters)/',
      NODE,
      packages('koffi', 'memfs'),
    ),
    never(
      'adapters-are-islands',
      path('^src/adapters/([^/]+)/'),
      { path: '^src/adapters/', pathNot: '^src/adapters/$1/' },
      'One adapter must work without the others.',
    ),
    only(
      'oracle-is-handed-a-target',
      '^src/oracle/',
      'The judge knows no adapter and no composition.',
      '^src/(domain|ports|driver|oracle)/',
      NODE,
      packages('zod', 'fast-check'),
    ),
    never(
      'oracle-touches-node-at-its-edges',
      { path: '^src/oracle/', pathNot: '^src/oracle/(targets|report)/' },
      path(NODE),
      'The judge itself runs anywhere.',
    ),
    never(
      'oracle-sees-driver-types',
      path('^src/oracle/'),
      { path: '^src/driver/', dependencyTypesNot: ['type-only'] },
      'The judge is handed a target and makes none.',
    ),
    never(
      'oracle-model-proves-itself',
      path('^src/oracle/(model|store|trees|containers-storage)/'),
      { path: '^src/domain/', dependencyTypesNot: ['type-only'] },
      'A model that calls the code it judges proves nothing.',
    ),
    only(
      'surfaces-import-composition',
      '^src/(plugin|cli)/',
      'Command line and plugin get a composed driver.',
      '^src/(plugin|cli|oracle|driver|ports)/',
      '^src/composition\\.ts$',
      '^src/domain/errors\\.ts$',
      '^src/domain/profiles/',
      '^src/domain/go/quote\\.ts$',
      '^src/domain/diffs/change\\.ts$',
      '^package\\.json$',
      NODE,
      packages('commander', 'fzstd', 'pino'),
    ),
    never(
      'surfaces-see-driver-types',
      path('^src/(plugin|cli)/'),
      { path: '^src/(driver|ports)/', dependencyTypesNot: ['type-only'] },
      'Only the composition makes a driver.',
    ),
    never(
      'composition-is-the-root',
      except(
        '^src/(index|fake|linux|composition)\\.ts$',
        '^src/(plugin|cli)/',
        '^(test|bench|scripts)/',
      ),
      path('^src/composition\\.ts$'),
      'Who imports the root would hang everything on everything.',
    ),
    never(
      'adapters-are-bound-by-the-root',
      except('^src/(adapters/|(composition|fake|linux)\\.ts$)', '^(test|bench)/'),
      path('^src/adapters/'),
      'The composition root chooses adapters.',
    ),
    never(
      'koffi-in-linux-alone',
      except('^src/adapters/linux/', '^node_modules/'),
      path(packages('koffi')),
      'Everything else runs without native code.',
    ),
    never(
      'memfs-in-fake-alone',
      except('^src/adapters/fake/', '^node_modules/'),
      path(packages('memfs')),
      "Bytes in memory are one adapter's business.",
    ),
    never(
      'tsyringe-at-the-root-alone',
      except('^src/composition\\.ts$', '^test/unit/composition', '^node_modules/'),
      path(packages('tsyringe', 'reflect-metadata')),
      'Classes are plain; one file binds them.',
    ),
    never(
      'src-stands-alone',
      path('^src/'),
      path('^(test|bench|scripts|peers)/'),
      'What is published must not need what is not.',
    ),
    never(
      'no-dev-dependency-in-src',
      path('^src/'),
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
      'A user has no development dependencies.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|reports)/|\\.stryker-tmp|^test/architecture/fixtures/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      // TypeScript first: a thread file may lie beside the module that is named like it.
      extensions: ['.ts', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
