import { DomainError } from '@rsm/domain/common/domain-error';
import type { MachineAddressPolicy } from '@rsm/domain/machines/machine-host';
import type { AddressGuard } from '../addresses/checked-address.ts';

/** The guard's judgement as the form that asks for an address shows it. Every dial is judged again. */
export function createMachineAddressPolicy(deps: { readonly guard: AddressGuard }): MachineAddressPolicy {
  return {
    async assertAllowed(endpoint, field) {
      try {
        await deps.guard.check(endpoint.address);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        throw new DomainError(error.code, error.message, {
          field,
          ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
          cause: error,
        });
      }
    },
  };
}
