/** Types of node-24.mjs, for the tests in TypeScript. */

export function chooseNode(machine: {
  platform: string;
  arch: string;
  version: string;
}): 'this' | 'download';
