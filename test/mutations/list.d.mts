/** One line taken away or changed, and the test that must go red. */
export interface Mutation {
  point: number | 'key' | 'updates' | 'texts';
  file: string;
  /** Exactly this text, which stands in the file once. */
  text: string;
  to: string;
  test: string;
}

export declare const MUTATIONS: readonly Mutation[];
