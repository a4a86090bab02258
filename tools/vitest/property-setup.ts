import fc from 'fast-check';

/**
 * Random tests draw from one printed seed, so that a red run can be replayed, and take their sample size from the depth of
 * the run. A property that names its own `numRuns` keeps it.
 */
const SAMPLE_RUNS = 100;
const DEEP_RUNS = 10_000;

fc.configureGlobal({
  seed: Number(process.env['RSM_TEST_SEED']),
  numRuns: process.env['RSM_TEST_DEPTH'] === 'deep' ? DEEP_RUNS : SAMPLE_RUNS,
});
