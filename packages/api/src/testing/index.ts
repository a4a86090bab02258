export { listProcedures, sampleIds } from './procedure-matrix.ts';
export type { ListedProcedure, Owned, ProcedureMatrix, ProcedureSample, SampleIds } from './procedure-matrix.ts';
export { actorWith, callProcedure, fakeContext, fakeServerInfo, servicesThat } from './fake-services.ts';
