/** Types of update-server.mjs, for the tests in TypeScript. */

/** What electron-builder is to write into the app, or null. Throws where the address is not https. */
export declare function updateServer(
  env: Record<string, string | undefined>,
): { provider: 'generic'; url: string } | null;
