/** Types of update-server.mjs, for the tests in TypeScript. */

/** The server that electron-builder writes into the app, or null. Throws if the address is not https. */
export declare function publishConfig(
  env: Record<string, string | undefined>,
): { provider: 'generic'; url: string } | null;
