/** Types of runtime.mjs, for the tests in TypeScript. */

/** `official` and `registry` replace the sources of runtimes in tests. */
export interface RuntimeOptions {
  log?: (line: string) => void;
  allowOld?: string | undefined;
  env?: Record<string, string | undefined>;
  official?: {
    packageVersion(): string | null;
    installedExecutable(): string | null;
    failedLately(): boolean;
    fetchOfficial(options: { log: (line: string) => void }): Promise<string | null>;
  };
  registry?: {
    version: string;
    fits(): boolean;
    find(options: { log: (line: string) => void }): Promise<string>;
  };
}
export function findRuntime(options?: RuntimeOptions): Promise<string>;
export function describeRuntime(
  executable: string,
  shipped?: string | null,
): { name: string; sentence: string };
