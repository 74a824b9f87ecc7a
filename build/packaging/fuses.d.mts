/** Types of fuses.mjs, for the tests in TypeScript. */

/** The fuses of an executable by name: `on`, `off` or `removed`. */
export declare function readFuses(executable: string): Promise<Record<string, string>>;

export declare function setFuses(
  executable: string,
  options: { debuggable: boolean; resetSignature: boolean },
): Promise<void>;
