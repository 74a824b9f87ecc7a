import type { CodeChange } from '../../mutations/mutate.mjs';

/** A change of the code that breaks the app. */
export interface Break extends CodeChange {
  /** What a person would notice. */
  name: string;
}

export declare const BREAKS: readonly Break[];
