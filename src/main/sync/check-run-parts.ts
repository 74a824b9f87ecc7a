/** What a check run needs, what it starts from, and how it ends; the run itself is in check-run.ts. */
import type { Failure, Outcome } from '../../shared/failure';
import type { AuthorizationSource, Cloudflare } from '../cloudflare/types';
import type { Priority, RaisablePriority } from '../rate-limit/priority';
import type { Store } from '../store/tables';

/** What runs need from outside. */
export interface CheckRunDependencies {
  store: Store;
  cloudflare: Cloudflare;
  authorizationOf: AuthorizationSource;
  now: () => number;
  /**
   * Reads one profile and stores it; called again while it does, it becomes as urgent as the more urgent
   * call. Never rejects.
   */
  refresh: (
    organizationId: string,
    signal: AbortSignal,
    priority: Priority,
  ) => Promise<Outcome<null>>;
  /** Told of a sign-in whose list shows that it does not work. */
  onSignInTrouble: (credentialId: string, failure: Failure) => void;
  /** Told of organizations whose saved copy was confirmed by the list. */
  onChecked: (organizationIds: readonly string[]) => void;
  /** Told of an organization that has another name now. */
  onRenamed: (organizationId: string) => void;
}

/** What one run starts from. */
export interface CheckRunOptions {
  signal: AbortSignal;
  /**
   * `asked` from the moment a person asks for it, else `background`. Then a keychain that was locked is
   * asked again, also when its sign-in was left out already, and it hurries.
   */
  priority: RaisablePriority;
  /** Could not be read last time: they go last, so that they never keep others from being read. */
  unread: ReadonlySet<string>;
  onProgress: (done: number, total: number) => void;
}

/** How a run ended. */
export interface CheckResult {
  /** Ids of the organizations that were found changed. */
  changed: readonly string[];
  /** Why not everything could be checked, or null. */
  failure: Failure | null;
  /** Ids of the organizations that could not be read. */
  unread: ReadonlySet<string>;
}
