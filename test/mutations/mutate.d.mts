/** Ways to weaken code. `to` is code, and may use only names that occur in the file. */
export type Rule =
  /** Deletes a statement: a call, an assignment, an `if`, a `return` or a `throw`. */
  | 'delete-statement'
  /** Deletes an operand of `&&` or `||`. */
  | 'delete-operand'
  /** Deletes an element of an array, or an argument of a call. */
  | 'delete-element'
  /** Deletes the property with the name `of` from an object. */
  | 'delete-property'
  /** Adds the property `to` to an object. */
  | 'add-property'
  /** Replaces the condition of an `if` or a `?:` by `to`: `true` or `false`. */
  | 'force-condition'
  /** Replaces the value of the property or variable with the name `of` by `to`. */
  | 'set-value'
  /** Replaces a call, a property access or a binary expression by `to`. */
  | 'replace-expression'
  /** Calls the method `to` instead of the method `of`. */
  | 'replace-method';

/** A change of one place in the code. */
export interface CodeChange {
  /** Path of the source file from the root: .ts, .mjs or .json. */
  file: string;
  rule: Rule;
  /**
   * The name of what the rule changes, or names and texts that all occur in it. If nodes inside each other match, the
   * innermost one is changed.
   */
  of: string | readonly string[];
  /** The function, method, variable or property that contains it; needed if `of` alone matches several places. */
  in?: string;
  to?: string;
}

/**
 * Applies a change to the text of its file. Throws if it does not match exactly one place, changes nothing, uses a
 * name that the file does not contain, or produces a syntax error.
 */
export declare function mutate(text: string, change: CodeChange): string;

/** The change in a few words, without its file. */
export declare function describeChange(change: CodeChange): string;
