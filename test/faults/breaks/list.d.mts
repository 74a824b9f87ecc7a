/** A change of the code that breaks the app; see list.mjs. */
export interface Break {
  name: string;
  file: string;
  text: string;
  to: string;
}

export const BREAKS: readonly Break[];
