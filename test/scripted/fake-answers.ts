/** The answers of the fake main, by namespace. */
import type { Batch, ChangeCounts, ReviewRow } from '../../src/shared/changes';
import { failed, success } from '../../src/shared/result';
import { baselineOf, entryNameOf, type OrganizationView } from '../../src/shared/organization';
import { isEmpty, touchedFields, type Patch } from '../../src/shared/patch';
import type { Edits } from '../../src/shared/profile';
import { phones } from '../component/organization/history/samples';
import {
  change,
  NOW,
  patch,
  SAVED,
  savedCopy,
  SIGN_IN,
  view,
} from '../component/organization/samples';
import { found, id } from '../component/samples';
import { answerAvailable } from './available-list';
import { IDLE_UPDATES } from './idle-main';
import { nameOf, type FakeMain } from './fake-main';

const nothing = () => success(null);

/** App, settings and sign-ins. */
export function answerApp(fakeMain: FakeMain): void {
  const { main } = fakeMain;
  main
    .answer('app', 'lastWindow', () => success(fakeMain.lastWindow))
    .answer('app', 'setSidebarWidth', ({ width }) => {
      fakeMain.lastWindow = { ...fakeMain.lastWindow, sidebarWidth: width };
      return success(null);
    })
    .answer('updates', 'get', () =>
      success({ ...IDLE_UPDATES, step: 'ready', version: '2.0.0', checkedAt: NOW }),
    )
    .answer('settings', 'get', () => success(fakeMain.settings))
    .answer('settings', 'update', ({ language }) => {
      if (language === 'en' || language === 'de') {
        fakeMain.settings = { ...fakeMain.settings, language };
        main.emit('localeChanged', { language, formats: language });
      }
      return success(fakeMain.settings);
    })
    .answer('signIns', 'list', () => success(fakeMain.signedIn ? [SIGN_IN] : []))
    .answer('signIns', 'add', () => {
      fakeMain.signedIn = true;
      main.emit('signInsChanged', [SIGN_IN]);
      return success({ signInId: SIGN_IN.id });
    });
}

/** Organization pages and adding organizations. */
export function answerOrganizations(fakeMain: FakeMain): void {
  const page = (entryId: string) => fakeMain.pages.get(entryId)!;
  fakeMain.main
    .answer('organizations', 'open', ({ entryId }) => success(page(entryId)))
    .answer('organizations', 'refresh', ({ entryId }) => success(page(entryId)))
    .answer('organizations', 'markViewed', nothing);
  answerAvailable(fakeMain.main, {
    organizations: () => [1, 2, 3].map((n) => found(n, nameOf(n), fakeMain.pages.has(id(n)))),
    add: (ids) => {
      for (const added of ids) {
        fakeMain.update(added, { ...view(), id: added, name: nameOf(parseInt(added, 16)) });
      }
      return ids[0] ?? null;
    },
  });
}

/** A draft with this patch; null when the patch is empty. */
function draftOf(patch: Patch): OrganizationView['draft'] {
  return isEmpty(patch) ? null : { patch, updatedAt: Date.now() };
}

/** Merges edits into a page's draft: keeps its bases, and drops edits that equal the baseline. */
function withEdits(page: OrganizationView, edits: Patch): Patch {
  const baseline = baselineOf(page);
  const merged: Patch = { ...page.draft?.patch };
  for (const field of touchedFields(edits)) {
    const edit = edits[field]!;
    if (edit.text === baseline[field]) delete merged[field];
    else merged[field] = { base: merged[field] ? merged[field].base : edit.base, text: edit.text };
  }
  return merged;
}

/** Drafts, changes and history. */
export function answerChanges(fakeMain: FakeMain): void {
  const sending = {
    state: 'queued' as const,
    step: 'writing' as const,
    remote: null,
    conflicts: [],
    author: null,
    failure: null,
  };
  fakeMain.main
    .answer('drafts', 'save', ({ entryId, edits, number }) => {
      const page = fakeMain.pages.get(entryId)!;
      if (number <= page.editNumber) return success(null);
      const draft = draftOf(withEdits(page, edits));
      fakeMain.update(entryId, { draft, editNumber: number, confirmed: null });
      return success(null);
    })
    .answer('drafts', 'discard', ({ entryId, number }) =>
      success(fakeMain.update(entryId, { draft: null, editNumber: number })),
    )
    .answer('changes', 'submit', ({ entryId, edits, number }) => {
      const page = fakeMain.pages.get(entryId)!;
      const draft = withEdits(page, edits);
      if (touchedFields(draft).some((field) => !edits[field])) return failed('change.outdated');
      const started = { submittedAt: Date.now(), attempts: 0, nextTryAt: null };
      const merged: Patch = { ...page.change?.patch };
      for (const field of touchedFields(draft)) {
        merged[field] = { ...draft[field]!, ...(merged[field] && { base: merged[field].base }) };
      }
      const submitted = change({}, { ...started, ...sending, patch: merged });
      return success(
        fakeMain.update(entryId, { draft: null, editNumber: number, change: submitted }),
      );
    })
    .answer('changes', 'resolve', ({ entryId, remote, choices }) => {
      const pending = fakeMain.pages.get(entryId)!.change!;
      const kept: Patch = {};
      for (const field of touchedFields(pending.patch)) {
        if (choices[field] === 'theirs') continue;
        const base = choices[field] ? remote![field] : pending.patch[field]!.base;
        kept[field] = { ...pending.patch[field]!, base };
      }
      const resolved = isEmpty(kept) ? null : { ...pending, ...sending, patch: kept };
      const profile = savedCopy(remote);
      return success(fakeMain.update(entryId, { profile, change: resolved }));
    })
    .answer('history', 'list', () => success({ revisions: phones(40, 21), more: false }))
    .answer('history', 'restore', ({ entryId, revisionId }) => {
      const draft = draftOf(patch({ business_phone: `+44 ${revisionId}` }));
      return success(fakeMain.update(entryId, { draft }));
    });
}

const NO_IMPORT = { source: null, notImported: 0 };

/** Fills all selected organizations with new texts, and saves them at once. */
export function answerSaves(fakeMain: FakeMain): void {
  const { main } = fakeMain;
  let filled: { entryIds: string[]; edits: Edits } | null = null;
  const rows = (): ReviewRow[] =>
    (filled?.entryIds ?? []).map((entryId) => ({
      entryId,
      ...entryNameOf(fakeMain.pages.get(entryId)!),
      groupId: 'fill',
      startsUnticked: false,
      texts: touchedFields(filled?.edits ?? {}).map((field) => ({
        field,
        before: SAVED[field],
        after: filled?.edits[field] ?? '',
        replacesWaiting: null,
        notes: [],
      })),
    }));
  const counts = (): ChangeCounts => {
    const { length } = rows();
    return { all: length, toSave: length, waiting: 0, decide: 0 };
  };
  const batch = { id: 'fill', kind: 'fill', titleTexts: [] as string[], at: NOW } as const;
  const batches = (): Batch[] => {
    const count = rows().length;
    const done = {
      done: count,
      total: count,
      made: count,
      leftOut: [],
      reading: null,
      ...NO_IMPORT,
      failure: null,
    };
    const fields = touchedFields(filled?.edits ?? {});
    return filled ? [{ ...batch, ...done, fields, stage: 'done', undoable: true }] : [];
  };
  const emit = (): void => {
    main.emit('batchesChanged', batches());
    main.emit('changesChanged', counts());
    main.emit('savesChanged', fakeMain.save ? [fakeMain.save] : []);
  };
  main
    .answer('drafts', 'fill', ({ edits }) => {
      filled = { entryIds: [...main.list.selected], edits };
      emit();
      return success({ batchId: 'fill' });
    })
    .answer('drafts', 'batches', () => success(batches()))
    .answer('changes', 'counts', () => success(counts()))
    .answer('changes', 'review', () => {
      const all = { fields: touchedFields(filled?.edits ?? {}), changes: rows().length };
      const places = { rows: rows().length, ticked: true, startUnticked: 0 };
      const group = { ...batch, ...all, ...NO_IMPORT, ...places };
      return success({
        reviewId: 'review',
        groups: filled ? [group] : [],
        rows: rows().length,
        notReviewed: { readOnly: 0, decide: 0 },
      });
    })
    .answer('changes', 'reviewRows', ({ offset, limit }) =>
      success({ rows: rows().slice(offset, offset + limit) }),
    )
    .answer('changes', 'ticked', () => {
      const { length } = rows();
      return success({ changes: length, organizations: length, clears: [], metadata: 0, newer: 0 });
    })
    .answer('changes', 'submitMany', () => {
      const total = rows().length;
      fakeMain.save = {
        id: 'run',

        at: Date.now(),
        fields: touchedFields(filled?.edits ?? {}),
        notSubmitted: 0,
        total,
        done: 0,
        waiting: total,
        failed: 0,
        toDecide: 0,
        canceled: 0,
        state: 'running',
        afterCancel: null,
        closed: false,
        undoable: false,
        timeLeft: null,
        waitsUntil: null,
      };
      filled = null;
      emit();
      return success({ saveId: 'run', submitted: total, stayed: 0, uncheckable: 0 });
    })
    .answer('saves', 'list', () => success(fakeMain.save ? [fakeMain.save] : []))
    .answer('saves', 'close', () => {
      if (fakeMain.save) fakeMain.save = { ...fakeMain.save, closed: true };
      emit();
      return success(null);
    });
}
