/** Vite puts the version of package.json here. */
declare const __CLIENT_VERSION__: string;

export const CLIENT_VERSION: string = __CLIENT_VERSION__;
