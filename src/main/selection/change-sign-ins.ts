/**
 * Gives another sign-in to all selected entries of its kind. The sign-in must first read one of them, because a wrong
 * choice for thousands is tedious to undo. Works in slices, each in one transaction; entries that already have the new
 * sign-in are skipped, so an interrupted change can simply be repeated.
 */
import { isNotFound, type Failure } from '../../shared/failure';
import { entryNameOf, ENTRY_KIND_OF } from '../../shared/organization';
import { failed, success, type Result } from '../../shared/result';
import type { SelectedSignIns, SignInChange } from '../../shared/selection-actions';
import type { SignInKind } from '../../shared/sign-in';
import { authorizerOf, explainForbidden } from '../cloudflare';
import type { AuthorizationSource, Cloudflare, EntryRef } from '../cloudflare';
import { forEachChunk, processSlice } from '../lib/slices';
import type { OrganizationRecord, Database, Tables } from '../database';

/** Dependencies of the change. */
export interface ChangeSignInsOptions {
  database: Database;
  /** The ids of the selected entries, in list order. */
  selected: () => Result<string[]>;
  cloudflare: Cloudflare;
  authorizationOf: AuthorizationSource;
  /** Called after each slice, with the number of entries done and of all. */
  onProgress: (done: number, total: number) => void;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
}

/** The kind of a usable sign-in; null if it does not exist or is being removed. */
function kindOf({ signIns }: Tables, signInId: string): SignInKind | null {
  const row = signIns.get(signInId);
  return row && row.state !== 'removing' ? row.kind : null;
}

/**
 * Whether a sign-in of this kind opens an entry. After recovery from damage, the kind of one that was never read may be
 * wrong. Only the change of a single sign-in corrects it, because here no one looks at each entry.
 */
function fits({ kind }: OrganizationRecord, signIn: SignInKind): boolean {
  return ENTRY_KIND_OF[signIn] === kind;
}

/** Creates what counts and changes the sign-ins of the selected entries. */
export function createChangeSignIns(options: ChangeSignInsOptions) {
  const { database, cloudflare, yieldToEventLoop } = options;

  /** Calls `work` with each selected entry, in slices, until it returns false. */
  async function forEachSelected(
    work: (tables: Tables, entry: OrganizationRecord) => boolean | void,
  ): Promise<Result<null>> {
    const ids = options.selected();
    if (!ids.ok) return ids;
    const readChunk = (chunk: readonly string[]): Result<boolean> =>
      database.read((tables) =>
        chunk.every((id) => {
          const entry = tables.organizations.get(id);
          return !entry || work(tables, entry) !== false;
        }),
      );
    return forEachChunk(ids.value, readChunk, yieldToEventLoop);
  }

  /** Reads an entry with a sign-in, to check that the sign-in can open it. */
  async function verify(signInId: string, entry: EntryRef): Promise<Result<unknown>> {
    const auth = authorizerOf(database, options.authorizationOf, signInId);
    const request = { priority: 'person' } as const;
    const profile = await cloudflare.readProfile(auth, entry, request);
    if (profile.ok) return profile;
    if (isNotFound(profile.failure)) return cloudflare.entry(auth, entry, request);
    const { failure } = profile;
    const explained = await explainForbidden(cloudflare, auth, failure, entry.kind, request);
    return { ok: false, failure: explained };
  }

  return {
    /** The selected entries by sign-in and kind, in list order. */
    async count(): Promise<Result<SelectedSignIns>> {
      const groups = new Map<string, SelectedSignIns[number]>();
      const counted = await forEachSelected((_tables, entry) => {
        const { signInId, kind } = entry;
        const key = `${kind} ${signInId ?? ''}`;
        const group = groups.get(key);
        if (group) group.count += 1;
        else groups.set(key, { signInId, kind, count: 1, first: entryNameOf(entry) });
      });
      return counted.ok ? success([...groups.values()]) : counted;
    },
    /**
     * Gives a sign-in to all selected entries of its kind. Fails with `sign-in.not-found`, `sign-in.wrong-kind` if no
     * entry is of its kind, or `database.*`, each before anything was changed.
     */
    async change(signInId: string): Promise<Result<SignInChange>> {
      const signIn = database.read((tables) => kindOf(tables, signInId));
      if (!signIn.ok) return signIn;
      const kind = signIn.value;
      if (kind === null) return failed('sign-in.not-found');
      /** At most one: the first entry that would change. */
      const toVerify: OrganizationRecord[] = [];
      let hasKind = false;
      const found = await forEachSelected((_tables, entry) => {
        if (!fits(entry, kind)) return true;
        hasKind = true;
        if (entry.signInId === signInId) return true;
        toVerify.push(entry);
        return false;
      });
      if (!found.ok) return found;
      if (!hasKind) return failed('sign-in.wrong-kind');
      const [first] = toVerify;
      if (!first) return success({ changed: 0, stopped: null });
      const verified = await verify(signInId, first);
      if (!verified.ok) {
        const { failure } = verified;
        return success({ changed: 0, stopped: { at: 'reading', ...entryNameOf(first), failure } });
      }
      const ids = options.selected();
      if (!ids.ok) return ids;
      let changed = 0;
      const stop = (failure: Failure): Result<SignInChange> =>
        changed === 0
          ? { ok: false, failure }
          : success({ changed, stopped: { at: 'changing', failure } });
      let rest: readonly string[] = ids.value;
      while (rest.length > 0) {
        const written = database.write((tables) => {
          // It may have been removed in the meantime.
          if (kindOf(tables, signInId) === null) return null;
          let count = 0;
          const next = processSlice(rest, (id) => {
            const entry = tables.organizations.get(id);
            if (!entry || entry.signInId === signInId || !fits(entry, kind)) return;
            tables.organizations.put({ ...entry, signInId });
            count += 1;
          });
          return { next, count };
        });
        if (!written.ok) return stop(written.failure);
        if (written.value === null) return stop({ code: 'sign-in.not-found' });
        rest = written.value.next;
        changed += written.value.count;
        options.onProgress(ids.value.length - rest.length, ids.value.length);
        await yieldToEventLoop();
      }
      return success({ changed, stopped: null });
    },
  };
}
