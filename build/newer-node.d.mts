/** Types of newer-node.mjs, for the tests in TypeScript. */

export const NEWER_NODE: string;
export function whyNoNewerNode(machine: {
  platform: string;
  arch: string;
  version: string;
}): string | null;
export function newerNode(options: { log: (line: string) => void }): Promise<string>;
