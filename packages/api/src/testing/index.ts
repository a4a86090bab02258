export { listProcedures, sampleIds } from './procedure-matrix.ts';
export type { ListedProcedure, Owned, ProcedureMatrix, ProcedureSample, SampleIds } from './procedure-matrix.ts';
export { callProcedure, fakeContext } from './fake-services.ts';
