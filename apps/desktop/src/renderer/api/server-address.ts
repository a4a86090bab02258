import { CLIENT_VERSION } from './client-version.ts';

/** Where the API lives below a server's address. */
export const API_PATH = '/api/v1';

/** Sent with every call: a server tells a client that is too old to update. */
export const clientHeaders = { 'x-rsm-client-version': CLIENT_VERSION } as const;
