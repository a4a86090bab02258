import { describe, expect, it } from 'vitest';
import { jobPayloadSchemas } from './job.ts';
import { splitOrigin, withOrigin } from './job-origin.ts';

const payload = { bookingId: '01900000-0000-7000-8000-000000000001' };

describe('the request behind a job', () => {
  it('is written beside the payload and taken out again', () => {
    const written = withOrigin('booking.provision', payload, 'request-1');
    expect(splitOrigin(written)).toEqual({ payload, requestId: 'request-1' });
  });

  it('is not there when nobody asked, and a payload written before reads as it did', () => {
    expect(withOrigin('booking.provision', payload, null)).toBe(payload);
    expect(splitOrigin(payload)).toEqual({ payload, requestId: null });
  });

  it('is not handed on by what asks for itself for ever', () => {
    expect(withOrigin('machine.probe', { machineId: 'm' }, 'request-1')).toEqual({ machineId: 'm' });
  });

  it.each([7, null, '', 'x'.repeat(101), { a: 1 }])('never refuses a job, whatever it is: %j', (requestId) => {
    expect(splitOrigin({ ...payload, requestId })).toEqual({ payload, requestId: null });
  });

  it('shares its name with no field of a payload', () => {
    for (const schema of Object.values(jobPayloadSchemas)) expect(Object.keys(schema.shape)).not.toContain('requestId');
  });
});
