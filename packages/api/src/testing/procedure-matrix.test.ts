import { describe, expect, it } from 'vitest';
import { DomainError } from '@rsm/domain/common/domain-error';
import { appRouter } from '../app-router.ts';
import { actorWith, callProcedure, fakeContext, servicesThat } from './fake-services.ts';
import { listProcedures, sampleIds } from './procedure-matrix.ts';

const procedures = listProcedures();
/** At run time the router's procedures lie flat, by dotted path; its type is nested. */
const built = appRouter._def.procedures as unknown as Record<
  string,
  { readonly _def: { meta: unknown; type: string; inputs: readonly unknown[]; output?: unknown } }
>;

describe('the procedure matrix', () => {
  it('lists every procedure of the router and no other', () => {
    expect(procedures.map(({ path }) => path).toSorted()).toEqual(Object.keys(built).toSorted());
  });

  it.each(procedures)('knows policy and type of $path', ({ path, policy, type }) => {
    expect(built[path]?._def.meta).toEqual({ policy });
    expect(built[path]?._def.type).toBe(type);
  });

  it.each(procedures)('says what $path takes and answers', ({ path, type }) => {
    expect(built[path]?._def.inputs).toHaveLength(1);
    // A feed has no answer; trackedFeed checks each of its messages.
    expect(built[path]?._def.output === undefined).toBe(type === 'subscription');
  });

  it.each(procedures.filter(({ path }) => path !== 'server.info'))(
    'has a sample with which $path reaches its service',
    async (procedure) => {
      const called: string[] = [];
      const services = servicesThat(({ name }) => {
        called.push(name);
        throw new DomainError('busy', 'The service was reached.');
      });
      const ctx = fakeContext({ services, actor: actorWith('provider', 'admin') });
      await expect(callProcedure(procedure, ctx, procedure.sample(sampleIds))).rejects.toMatchObject({
        message: 'The service was reached.',
      });
      expect(called).toEqual([procedure.path]);
    },
  );
});
