import type { IConfiguration } from 'dependency-cruiser';

/**
 * The arrows of the house, as law. There is no baseline and no exception list besides what is written here, and each rule has
 * fixtures in ./fixtures that prove it can fail.
 *
 * TypeScript 7 has no compiler API that the cruiser can use, so it parses with swc. That parser sees type-only imports too, but
 * no `import('…')` inside a type; the linter refuses those (typescript/consistent-type-imports).
 */

/** Tests, and the `testing` folder of a package with what its tests need. */
const TESTS = '[.](test|bench|fixture)[.]tsx?$|/(testing|test-support)/';

/** Everything except the named npm packages and the named folders. */
const allBut = (...allowed: readonly string[]): string => allowed.join('|');
const npm = (...names: readonly string[]): string => `(^|/)node_modules/(${names.join('|')})/`;

export const boundaries = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Modules that need each other are one module, or miss a third one.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nothing imports and that imports nothing is dead.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: '[.]d[.]ts$|^([^/]+|apps/[^/]+/[^/]+[.]config)[.](mjs|ts)$|^apps/desktop/src/renderer/public/',
      },
      to: {},
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that cannot be resolved would also slip past every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-tests-in-product',
      comment: 'Product code never runs test code.',
      severity: 'error',
      from: { path: '^(apps|packages)/', pathNot: TESTS },
      to: { path: `^(apps|packages)/.*(${TESTS})` },
    },
    {
      name: 'packages-by-name',
      comment: 'Another package is imported by its name, so that its exports decide what others see.',
      severity: 'error',
      from: { path: '^((?:apps|packages)/[^/]+)/' },
      to: { path: '^(apps|packages)/', pathNot: '^$1/', dependencyTypesNot: ['aliased-workspace'] },
    },
    {
      name: 'packages-know-no-app',
      comment: 'Arrows point inwards: apps use packages, and tools stay outside both.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(apps|bench|tools)/' },
    },

    // domain
    {
      name: 'domain-knows-no-package',
      comment: 'Domain is the middle of the house. Its tests know nobody either.',
      severity: 'error',
      from: { path: '^packages/domain/' },
      to: { path: '^packages/', pathNot: '^packages/domain/' },
    },
    {
      name: 'domain-imports-zod-only',
      comment: 'Domain runs everywhere, in a browser too: no library but zod, and nothing of Node.',
      severity: 'error',
      from: { path: '^packages/domain/src/', pathNot: TESTS },
      to: { pathNot: allBut('^packages/', npm('zod')) },
    },

    // the packages around domain
    {
      name: 'adapters-never-meet',
      comment: 'db, hosts, integrations and api know domain and not each other; the composition root joins them.',
      severity: 'error',
      from: { path: '^packages/(db|hosts|integrations|api)/' },
      to: { path: '^packages/(db|hosts|integrations|api)/', pathNot: '^packages/$1/' },
    },
    {
      name: 'knex-and-objection-only-in-db',
      comment:
        'Leaving the row mapper must touch one package. A contender of the benchmark is what others would have built with it.',
      severity: 'error',
      from: { pathNot: allBut('^packages/db/', '^bench/search/straightforward/') },
      to: { path: npm('knex', 'objection') },
    },
    {
      name: 'pg-only-where-named',
      comment:
        'SQL belongs to db. Three others hold a bare connection: the identity provider (better-auth keeps a schema of its own), the ' +
        'composition root (graphile-worker and the listener take a pool), and checks that must not trust our repositories.',
      severity: 'error',
      from: { pathNot: allBut('^packages/db/', '^packages/integrations/src/', '^apps/server/src/', '^bench/', TESTS) },
      to: { path: npm('pg', 'pg-[a-z-]+') },
    },
    {
      name: 'ssh2-only-in-hosts',
      comment:
        'Everything said to a machine goes through one door, which pins host keys. The second one is the desktop terminal.',
      severity: 'error',
      from: { pathNot: allBut('^packages/hosts/', '^apps/desktop/src/main/core/') },
      to: { path: npm('ssh2') },
    },
    {
      name: 'api-schemas-import-zod-and-domain-only',
      comment: 'The desktop validates its forms with these files, so they must be able to run there.',
      severity: 'error',
      from: { path: '^packages/api/src/schemas/', pathNot: TESTS },
      to: { pathNot: allBut('^packages/api/src/schemas/', '^packages/domain/src/', npm('zod')) },
    },

    // checkers share nothing with what they check
    {
      name: 'verifier-stands-alone',
      comment: 'The wipe verifier uses its own files and the connection layer, never what executes or prepares a wipe.',
      severity: 'error',
      from: { path: '^packages/hosts/src/data-wipes/verifier/', pathNot: TESTS },
      to: { path: '^packages/hosts/src/', pathNot: '^packages/hosts/src/(data-wipes/verifier|ssh)/' },
    },
    {
      name: 'strategies-know-no-verifier',
      comment: 'What wipes does not know what looks: otherwise it could please it.',
      severity: 'error',
      from: {
        path: '^packages/hosts/src/data-wipes/',
        pathNot: allBut('^packages/hosts/src/data-wipes/verifier/', TESTS),
      },
      to: { path: '^packages/hosts/src/data-wipes/verifier/' },
    },
    {
      name: 'audit-imports-no-repository',
      comment: 'The audit reads tables with its own SQL. What it imported from an adapter it would have to trust.',
      severity: 'error',
      from: { path: '^apps/server/src/audit/', pathNot: TESTS },
      to: { path: '^packages/(db|hosts|integrations|api)/' },
    },
    {
      name: 'audit-in-db-imports-no-repository',
      comment: 'The same where it lies in db. The log of who looked at what is a neighbour there, and no part of it.',
      severity: 'error',
      from: { path: '^packages/db/src/(audit|invariants)/', pathNot: allBut('/pg-[^/]+$', '-model[.]ts$', TESTS) },
      to: {
        path: '^packages/db/src/',
        pathNot: '^packages/db/src/(audit|invariants|connection)/(?!pg-|[^/]*-model[.]ts)',
      },
    },

    // lab
    {
      name: 'lab-only-for-demo-tests-and-bench',
      comment: 'Product code must not know that it talks to the lab.',
      severity: 'error',
      from: { pathNot: allBut('^packages/lab/', '^apps/server/src/(demo|tour)/', '^bench/', '^tools/vitest/', TESTS) },
      to: { path: '^packages/lab/' },
    },
    {
      name: 'lab-knows-no-product',
      comment: 'A lab host is a stock machine; nothing in it is tuned to us.',
      severity: 'error',
      from: { path: '^packages/lab/' },
      to: { path: '^(apps|packages)/', pathNot: '^packages/lab/' },
    },

    // desktop
    {
      name: 'electron-only-in-its-adapters',
      comment:
        'One thin adapter per port, and the entry of the preload; all the rest runs and is tested without the binary.',
      severity: 'error',
      from: { pathNot: allBut('^apps/desktop/src/main/electron/', '^apps/desktop/src/preload/index[.]ts$') },
      to: { path: npm('electron', 'electron-updater') },
    },
    {
      name: 'desktop-preload-brings-names-only',
      comment:
        'It runs before every page and can reach what a page can’t: no library, no schema and no updater; the main process checks.',
      severity: 'error',
      from: { path: '^apps/desktop/src/preload/', pathNot: TESTS },
      to: {
        pathNot: allBut(
          // What belongs to the other parts has a rule of its own.
          '^apps/desktop/src/(preload|main|renderer)/',
          '^apps/desktop/src/shared/(bridge|channel-names)[.]ts$',
          npm('electron'),
        ),
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'desktop-windows-know-no-node',
      comment: 'The renderer runs in a sandbox and on a web page, and what is shared runs there too: nothing of Node.',
      severity: 'error',
      from: { path: '^apps/desktop/src/(renderer|shared)/', pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'desktop-core-knows-no-adapter',
      comment: 'The core names ports; main/electron implements them.',
      severity: 'error',
      from: { path: '^apps/desktop/src/main/core/' },
      to: { path: '^apps/desktop/src/main/electron/' },
    },
    {
      name: 'desktop-parts-meet-in-shared',
      comment: 'Main, preload and renderer are three worlds with a border of schemas between them.',
      severity: 'error',
      from: { path: '^apps/desktop/src/(main|preload|renderer)/' },
      to: { path: '^apps/desktop/src/(main|preload|renderer)/', pathNot: '^apps/desktop/src/$1/' },
    },
    {
      name: 'desktop-shared-knows-no-part',
      comment: 'What is shared belongs to nobody.',
      severity: 'error',
      from: { path: '^apps/desktop/src/shared/' },
      to: { path: '^apps/desktop/src/(main|preload|renderer)/' },
    },
    {
      name: 'desktop-imports-api-and-domain-only',
      comment: 'A client knows the interface of the server and the words of the domain.',
      severity: 'error',
      from: { path: '^apps/desktop/', pathNot: TESTS },
      to: { path: '^(apps|packages)/', pathNot: '^apps/desktop/|^packages/(api|domain)/' },
    },
    {
      name: 'desktop-imports-api-values-from-schemas-only',
      comment: 'The router is a type to the desktop; its code stays on the server.',
      severity: 'error',
      from: { path: '^apps/desktop/', pathNot: TESTS },
      to: { path: '^packages/api/', pathNot: '^packages/api/src/schemas/', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    // Not inside node_modules: an npm package that lives in its own `dist` must stay visible to the rules.
    exclude: {
      path: [
        '^([.]cache|[.]data|[.]turbo|dist|coverage)/',
        '^(apps|packages)/[^/]+/(dist|out|coverage)/',
        '^tools/[^/]+/fixtures/',
      ],
    },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
    },
    combinedDependencies: true,
  },
} satisfies IConfiguration;
