/** A protecting line of code, the change that weakens it, and the test that must then fail. */
export interface Mutation {
  point: number | 'key' | 'updates' | 'texts';
  file: string;
  /** The code to replace; occurs exactly once in the file. */
  text: string;
  to: string;
  test: string;
}

export declare const MUTATIONS: readonly Mutation[];
