/**
 * Handlers of the namespaces `drafts`, `changes` and `history`. *Save changes* sends nothing itself, whether
 * online or offline: it turns the reviewed edits into a pending change in one transaction. The change feed then
 * notifies the scheduler, which sends it.
 */
import type { Handlers, SomeHandlers } from '../../shared/contract/bridge';
import type { FailureCode } from '../../shared/failure';
import type { Revision } from '../../shared/history';
import { failed, success, type Result } from '../../shared/result';
import type { OrganizationView } from '../../shared/organization';
import { isEmpty, pick, savesIn, touchedFields, type Patch } from '../../shared/patch';
import { sameProfile } from '../../shared/profile';
import type { Database, Tables } from '../database';
import type { SendStatus } from './send-status';
import { historyRows } from './history';
import { restorable, type ChangeEvent } from './machine';
import { applyEvent, changeToDrafts, loadState, trustOf, type Applied } from './repository';

/** Dependencies of the handlers. */
export interface ChangesOptions {
  database: Database;
  now: () => number;
  sendStatus: Pick<SendStatus, 'editNumber' | 'setEditNumber' | 'changed' | 'edited'>;
  /** The current page of an organization. */
  organizationPage: (entryId: string) => Result<OrganizationView>;
  /** Sends this organization's change before all others. */
  sendFirst: (entryId: string) => void;
  /** Retries a waiting change now. */
  retryNow: (entryId: string) => void;
  /** Called with each page of a history that the window gets. */
  onHistoryListed: (entryId: string, revisions: readonly Revision[]) => void;
}

/** Edits from the window. `number` grows with each edit of an organization. */
interface NumberedEdits {
  edits: Patch;
  number: number;
}

/** `ok`, or the reason why nothing was done. */
type Verdict = 'ok' | FailureCode;

/** Creates the handlers. */
export function createChanges(options: ChangesOptions) {
  const { database, now, sendStatus, organizationPage } = options;

  const apply = (tables: Tables, id: string, event: ChangeEvent): Applied | null =>
    applyEvent(tables, id, event, { at: now(), isPageOpen: true });

  /** Applies edits to the draft. False if the organization is not saved here. */
  function applyEdits(tables: Tables, id: string, edits: Patch): boolean {
    if (!tables.organizations.get(id)) return false;
    const stored = tables.drafts.fields(id);
    for (const field of touchedFields(edits)) {
      const { text, base } = edits[field] ?? { text: '', base: null };
      // A text that was not typed may have come while this one was under way, so the person may never have seen it.
      const remember = stored.some((one) => one.field === field && one.origin !== null);
      apply(tables, id, { type: 'edit', field, text, base, remember });
    }
    return true;
  }

  /** Whether the window has already sent newer edits. */
  const isOutdated = (id: string, { number }: Pick<NumberedEdits, 'number'>): boolean =>
    number <= sendStatus.editNumber(id);

  /**
   * Makes the person the owner of the fields of saves that are not sending (paused, or not yet). So trying again on the
   * page does not wait for a save.
   */
  function releaseUnsentFields(tables: Tables, id: string): void {
    const saves = savesIn(tables.outbox.get(id)?.patch ?? {});
    for (const save of tables.saves.notSending(saves)) {
      apply(tables, id, { type: 'releaseSave', save });
    }
  }

  /** Runs `work` in one transaction. Returns the page, or why nothing was done. `after` runs on success. */
  function writeThenPage(
    id: string,
    work: (tables: Tables) => Verdict,
    after: () => void = () => undefined,
  ): Result<OrganizationView> {
    const done = database.write((tables) =>
      tables.organizations.get(id) ? work(tables) : 'organization.not-saved-here',
    );
    if (!done.ok) return done;
    // The window shows an outdated page, so publish the current one.
    if (done.value === 'change.outdated') sendStatus.changed(id);
    if (done.value !== 'ok') return failed(done.value);
    sendStatus.edited(id);
    after();
    return organizationPage(id);
  }

  function submit(
    tables: Tables,
    { entryId: id, edits, remote }: Parameters<Handlers<'changes'>['submit']>[0],
  ): Verdict {
    applyEdits(tables, id, edits);
    const { draft } = loadState(tables, id);
    if (isEmpty(draft)) return 'change.not-found';
    const trust = trustOf(tables, id);
    if (trust === 'unknown') return 'change.needs-keychain';
    if (trust === 'foreign') {
      changeToDrafts(tables, id, now());
      return 'change.outdated';
    }
    const waiting = tables.outbox.get(id);
    // Never send an edit that the person did not review.
    if (touchedFields(draft).some((field) => !edits[field])) return 'change.outdated';
    // Nor write over a text that the review did not show.
    const isShown = waiting?.remote && remote && sameProfile(waiting.remote, remote);
    if (waiting?.state === 'differs' && !isShown) return 'change.outdated';
    apply(tables, id, { type: 'submit' });
    return 'ok';
  }

  function resolve(
    tables: Tables,
    { entryId: id, version, remote, choices }: Parameters<Handlers<'changes'>['resolve']>[0],
  ): Verdict {
    const row = tables.outbox.get(id);
    if (row?.state !== 'conflict' || row.version !== version) return 'change.outdated';
    if (!remote || !row.remote || !sameProfile(row.remote, remote)) return 'change.outdated';
    const resolved = apply(tables, id, { type: 'resolve', version, remote, choices });
    return resolved?.changed ? 'ok' : 'profile.conflict';
  }

  /** Sends a change again. What is still being sent is only not delayed any longer. */
  function retry(
    tables: Tables,
    { entryId: id, version, remote }: Parameters<Handlers<'changes'>['retry']>[0],
  ): Verdict {
    const row = tables.outbox.get(id);
    if (!row) return 'change.not-found';
    // A conflict takes a decision for each field. The page still shows the change as waiting.
    if (row.version !== version || row.state === 'conflict') return 'change.outdated';
    if (row.state === 'refused' || row.state === 'differs') {
      const retried = apply(tables, id, { type: 'retry', version, remote });
      return retried?.changed ? 'ok' : 'change.outdated';
    }
    releaseUnsentFields(tables, id);
    return 'ok';
  }

  function restore(
    tables: Tables,
    {
      entryId: id,
      revisionId,
      replaceDraft: replace,
      fields,
    }: Parameters<Handlers<'history'>['restore']>[0],
  ): 'restored' | 'same' | FailureCode {
    if (!tables.organizations.get(id)) return 'organization.not-saved-here';
    const revision = tables.revisions.get(revisionId);
    if (revision?.entryId !== id) return 'revision.not-found';
    const hasAll = fields?.every((field) => revision.texts[field] !== undefined) ?? true;
    if (fields?.length === 0 || !hasAll) return 'revision.not-found';
    const texts = fields ? pick(revision.texts, fields) : revision.texts;
    const keepOthers = fields !== undefined;
    const { differing, replaced } = restorable(loadState(tables, id), texts, keepOthers);
    if (differing.length === 0) return 'same';
    if (!isEmpty(replaced) && !replace) return 'draft.exists';
    apply(tables, id, { type: 'restore', texts, replace, keepOthers });
    return 'restored';
  }

  return {
    drafts: {
      save({ entryId: id, ...typed }) {
        // A newer draft is already stored.
        if (isOutdated(id, typed)) return success(null);
        const applied = database.write((tables) => applyEdits(tables, id, typed.edits));
        if (!applied.ok) return applied;
        if (!applied.value) return failed('organization.not-saved-here');
        sendStatus.setEditNumber(id, typed.number);
        sendStatus.edited(id);
        return success(null);
      },
      discard({ entryId: id, number }) {
        if (isOutdated(id, { number })) return failed('change.outdated');
        return writeThenPage(id, (tables) => {
          apply(tables, id, { type: 'discardDraft' });
          sendStatus.setEditNumber(id, number);
          return 'ok';
        });
      },
    },
    changes: {
      submit(request) {
        const { entryId: id, number } = request;
        if (isOutdated(id, request)) return failed('change.outdated');
        return writeThenPage(
          id,
          (tables) => submit(tables, request),
          () => {
            // Before the page is built, which has to carry the number.
            sendStatus.setEditNumber(id, number);
            options.sendFirst(id);
          },
        );
      },
      retry(request): Result<null> {
        const { entryId: id } = request;
        const done = database.write((tables) => retry(tables, request));
        if (!done.ok) return done;
        if (done.value !== 'ok') return failed(done.value);
        sendStatus.edited(id);
        options.retryNow(id);
        return success(null);
      },
      discard: ({ entryId: id, version }) =>
        writeThenPage(id, (tables) => {
          const row = tables.outbox.get(id);
          if (!row) return 'change.not-found';
          if (row.version !== version) return 'change.outdated';
          apply(tables, id, { type: 'discardPending' });
          return 'ok';
        }),
      acceptAsStored: ({ entryId: id, version, remote }) =>
        writeThenPage(id, (tables) => {
          if (!remote) return 'change.outdated';
          const accepted = apply(tables, id, { type: 'accept', version, remote });
          return accepted?.changed ? 'ok' : 'change.outdated';
        }),
      resolve(decision) {
        const { entryId } = decision;
        let isLeft = false;
        return writeThenPage(
          entryId,
          (tables) => {
            const resolved = resolve(tables, decision);
            isLeft = tables.outbox.get(entryId) !== null;
            return resolved;
          },
          () => {
            // Sending ends a wait that Cloudflare asked for, also for other changes.
            if (isLeft) options.sendFirst(entryId);
          },
        );
      },
    },
    history: {
      list({ entryId, before }) {
        const page = database.read((tables) =>
          tables.organizations.get(entryId) ? historyRows(tables, entryId, before) : null,
        );
        if (!page.ok) return page;
        if (!page.value) return failed('organization.not-saved-here');
        options.onHistoryListed(entryId, page.value.revisions);
        return success(page.value);
      },
      restore(request) {
        const { entryId: id } = request;
        const done = database.write((tables) => restore(tables, request));
        if (!done.ok) return done;
        if (done.value === 'restored') sendStatus.edited(id);
        else if (done.value !== 'same') return failed(done.value);
        return organizationPage(id);
      },
    },
  } satisfies SomeHandlers;
}
