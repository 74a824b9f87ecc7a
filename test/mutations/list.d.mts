import type { CodeChange } from './mutate.mjs';

/** A change that weakens a line of code, and the test that must then fail. */
export interface Mutation extends CodeChange {
  /** The point of Electron's security checklist that the line implements, or what else it protects. */
  point: number | 'key' | 'updates' | 'texts' | 'database' | 'limits';
  /** Path of the test file from the root. */
  test: string;
}

/** Mutations of one file that one test must notice. The point is that of the group, or of each mutation. */
export interface MutationGroup {
  point?: Mutation['point'];
  file: string;
  test: string;
  mutations: readonly (Omit<CodeChange, 'file'> & { point?: Mutation['point'] })[];
}

export declare const MUTATIONS: readonly Mutation[];
