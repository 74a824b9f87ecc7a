/**
 * The calls about drafts, pending changes and the history. *Save changes* never sends anything itself: it
 * turns the reviewed edits into a pending change in one transaction, online and offline alike; the scheduler
 * hears of it from the change feed.
 */
import { unsendable } from '../../shared/advice';
import type { Handlers } from '../../shared/contract/bridge';
import { failed, success, type FailureCode, type Outcome } from '../../shared/failure';
import type { OrganizationView } from '../../shared/organization';
import { isEmpty, layOver, touchedFields, type Patch } from '../../shared/patch';
import { FIELD_NAMES, sameProfile, type FieldName } from '../../shared/profile';
import type { Store, Tables } from '../database/tables';
import type { SendStatus } from '../sync/status';
import { historyPage } from './history';
import { conflictingFields, underDraft, type ChangeEvent } from './machine';
import { applyEvent, loadState, pendingOf, type Applied } from './repository';

/** What the calls need. */
export interface ChangesOptions {
  store: Store;
  now: () => number;
  progress: Pick<SendStatus, 'draftNumber' | 'setDraftNumber' | 'changed' | 'edited'>;
  /** The page of an organization as it is now. */
  pageOf: (organizationId: string) => Outcome<OrganizationView>;
  /** Has this organization's change sent before all others. */
  sendFirst: (organizationId: string) => void;
  /** Tries a waiting change now. */
  retryNow: (organizationId: string) => void;
}

/** Typed edits with their number. */
interface Typed {
  edits: Patch;
  number: number;
}

/** What one call came to: `ok`, or why nothing was done. */
type Verdict = 'ok' | FailureCode;

/** Builds the calls of the namespaces `drafts`, `changes` and `history`. */
export function createChanges(
  options: ChangesOptions,
): Pick<
  { [R in 'drafts' | 'changes' | 'history']: Handlers<R> },
  'drafts' | 'changes' | 'history'
> {
  const { store, now, progress, pageOf } = options;

  const apply = (tables: Tables, id: string, event: ChangeEvent): Applied | null =>
    applyEvent(tables, id, event, { at: now(), looking: true });

  /** Keeps typed edits in the draft; false where the organization is not saved here. */
  function keep(tables: Tables, id: string, edits: Patch): boolean {
    if (!tables.organizations.get(id)) return false;
    for (const field of touchedFields(edits)) {
      const { text, base } = edits[field] ?? { text: '', base: null };
      apply(tables, id, { type: 'edit', field, text, base });
    }
    return true;
  }

  /** Whether the window has already sent newer edits. */
  const isOld = (id: string, { number }: Pick<Typed, 'number'>): boolean =>
    number <= progress.draftNumber(id);

  /**
   * Makes fields of held jobs the person's, so that what they asked for on the page does not wait for a
   * paused job.
   */
  function release(tables: Tables, id: string, fields?: readonly FieldName[]): void {
    const held = tables.bulk.held();
    const patch = tables.outbox.get(id)?.patch ?? {};
    const jobs = touchedFields(patch).flatMap((field) => patch[field]?.job ?? []);
    for (const job of jobs.filter((one) => held.includes(one))) {
      apply(tables, id, { type: 'releaseJob', job, ...(fields ? { fields } : {}) });
    }
  }

  /** Runs `work` in one transaction and answers with the page, or with why nothing was done. */
  function change(
    id: string,
    work: (tables: Tables) => Verdict,
    after: () => void = () => undefined,
  ): Outcome<OrganizationView> {
    const done = store.write((tables) =>
      tables.organizations.get(id) ? work(tables) : 'organization.not-saved-here',
    );
    if (!done.ok) return done;
    // The page was out of date, so send the current one.
    if (done.value === 'change.moved-on') progress.changed(id);
    if (done.value !== 'ok') return failed(done.value);
    progress.edited(id);
    after();
    return pageOf(id);
  }

  function submit(tables: Tables, id: string, { edits }: Typed): Verdict {
    keep(tables, id, edits);
    const { draft } = loadState(tables, id);
    if (isEmpty(draft)) return 'change.none';
    // Nothing is sent that was not reviewed.
    if (touchedFields(draft).some((field) => !edits[field])) return 'change.moved-on';
    apply(tables, id, { type: 'submit' });
    return 'ok';
  }

  function resolve(
    tables: Tables,
    { organizationId: id, version, remote, choices }: Parameters<Handlers<'changes'>['resolve']>[0],
  ): Verdict {
    const row = tables.outbox.get(id);
    if (row?.state !== 'conflict' || row.version !== version) return 'change.moved-on';
    if (!remote || !row.remote || !sameProfile(row.remote, remote)) return 'change.moved-on';
    const asked = conflictingFields(pendingOf(row));
    const resolved = apply(tables, id, { type: 'resolve', version, remote, choices });
    if (!resolved?.changed) return 'profile.conflict';
    // What the person decided is theirs; a held job's other fields stay held.
    release(
      tables,
      id,
      asked.filter((field) => choices[field] === 'mine'),
    );
    return 'ok';
  }

  function restore(
    tables: Tables,
    id: string,
    revisionId: number,
    replace: boolean,
  ): 'restored' | 'same' | FailureCode {
    if (!tables.organizations.get(id)) return 'organization.not-saved-here';
    const revision = tables.revisions.get(revisionId);
    if (revision?.organizationId !== id) return 'revision.none';
    const { texts } = revision;
    const state = loadState(tables, id);
    const shown = layOver(underDraft(state), state.draft);
    if (touchedFields(texts).every((field) => texts[field] === shown[field])) return 'same';
    if (!isEmpty(state.draft) && !replace) return 'draft.exists';
    apply(tables, id, { type: 'restore', texts, replace });
    return 'restored';
  }

  return {
    drafts: {
      keep({ organizationId: id, ...typed }) {
        // A newer text of the same draft is here already.
        if (isOld(id, typed)) return success(null);
        const kept = store.write((tables) => keep(tables, id, typed.edits));
        if (!kept.ok) return kept;
        if (!kept.value) return failed('organization.not-saved-here');
        progress.setDraftNumber(id, typed.number);
        progress.edited(id);
        return success(null);
      },
      discard({ organizationId: id, number }) {
        if (isOld(id, { number })) return failed('change.moved-on');
        return change(id, (tables) => {
          apply(tables, id, { type: 'discardDraft' });
          progress.setDraftNumber(id, number);
          return 'ok';
        });
      },
    },
    changes: {
      submit({ organizationId: id, ...typed }) {
        if (FIELD_NAMES.some((field) => unsendable(typed.edits[field]?.text ?? ''))) {
          return failed('profile.unsendable');
        }
        if (isOld(id, typed)) return failed('change.moved-on');
        const page = change(
          id,
          (tables) => submit(tables, id, typed),
          () => options.sendFirst(id),
        );
        if (page.ok) progress.setDraftNumber(id, typed.number);
        return page.ok ? pageOf(id) : page;
      },
      retry({ organizationId: id, version, remote }): Outcome<null> {
        const done = store.write((tables): Verdict => {
          const row = tables.outbox.get(id);
          if (!row) return 'change.none';
          if (row.version !== version) return 'change.moved-on';
          const isDecided = row.state === 'refused' || row.state === 'differs';
          const retried = isDecided && apply(tables, id, { type: 'retry', version, remote });
          if (retried && !retried.changed) return 'change.moved-on';
          release(tables, id);
          return 'ok';
        });
        if (!done.ok) return done;
        if (done.value !== 'ok') return failed(done.value);
        progress.edited(id);
        options.retryNow(id);
        return success(null);
      },
      discard: ({ organizationId: id, version }) =>
        change(id, (tables) => {
          const row = tables.outbox.get(id);
          if (!row) return 'change.none';
          if (row.version !== version) return 'change.moved-on';
          apply(tables, id, { type: 'discardPending' });
          return 'ok';
        }),
      acceptAsStored: ({ organizationId: id, version, remote }) =>
        change(id, (tables) => {
          if (!remote) return 'change.moved-on';
          const accepted = apply(tables, id, { type: 'accept', version, remote });
          return accepted?.changed ? 'ok' : 'change.moved-on';
        }),
      resolve: (decision) =>
        change(
          decision.organizationId,
          (tables) => resolve(tables, decision),
          () => options.sendFirst(decision.organizationId),
        ),
    },
    history: {
      list({ organizationId, before }) {
        const page = store.read((tables) =>
          tables.organizations.get(organizationId)
            ? historyPage(tables, organizationId, before)
            : null,
        );
        if (!page.ok) return page;
        return page.value ? success(page.value) : failed('organization.not-saved-here');
      },
      restore({ organizationId: id, revisionId, replaceDraft }) {
        const done = store.write((tables) => restore(tables, id, revisionId, replaceDraft));
        if (!done.ok) return done;
        if (done.value === 'restored') progress.edited(id);
        else if (done.value !== 'same') return failed(done.value);
        return pageOf(id);
      },
    },
  };
}
