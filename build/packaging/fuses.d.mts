/** Types of fuses.mjs, for the tests in TypeScript. */

export declare const FUSES: readonly { name: string; on: boolean }[];
export declare const PLAYWRIGHT_NEEDS: string;

/** The fuses of an executable by name: `on`, `off` or `removed`. */
export declare function readFuses(executable: string): Promise<Record<string, string>>;
