/** Handlers of the namespace `support`: shows and copies the details for support, and opens the log's folder. */
import type { Handlers } from '../../shared/contract/bridge';
import { success } from '../../shared/result';

/** Dependencies of the handlers. */
export interface SupportOptions {
  /** Collects the details; they contain nothing that the person typed. */
  details: () => string;
  /** Copies a text to the clipboard; rejects if that fails. */
  copy: (text: string) => void | Promise<void>;
  /** Shows the log's folder, or its path if that fails. */
  showLogs: () => Promise<void>;
}

/** Builds the handlers. */
export function createSupport({ details, copy, showLogs }: SupportOptions): Handlers<'support'> {
  /** The text shown last. Exactly this is copied, not a newer text that the person has not seen. */
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
