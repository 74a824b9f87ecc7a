/** The calls of room `help`: the details for support as they are shown, the same copied, and the log. */
import type { Handlers } from '../../shared/contract/bridge';
import { success } from '../../shared/failure';

/** What the room needs. */
export interface HelpOptions {
  /** Makes the text; it holds nothing of what a person typed. */
  details: () => string;
  /** Puts a text on the clipboard; rejects when the system does not take it. */
  copy: (text: string) => void | Promise<void>;
  /** Opens the folder of the log, or says why not. */
  showLogs: () => Promise<void>;
}

/** Builds the room. */
export function createSupport({ details, copy, showLogs }: HelpOptions): Handlers<'support'> {
  /** What was shown last: exactly that is copied, not a newer one nobody saw. */
  let shown: string | null = null;
  return {
    supportDetails() {
      shown = details();
      return success({ text: shown });
    },
    async copySupportDetails() {
      shown ??= details();
      await copy(shown);
      return success(null);
    },
    async showLogs() {
      await showLogs();
      return success(null);
    },
  };
}
