/**
 * A fake main for tests of the window: holds organizations with profiles and answers all calls about them.
 * The test decides what Cloudflare does with a change.
 */
import type { Save } from '../../src/shared/saves';
import {
  baselineOf,
  type OrganizationRow,
  type OrganizationView,
  type RowState,
} from '../../src/shared/organization';
import { textsOf, touchedFields } from '../../src/shared/patch';
import type { Edits } from '../../src/shared/profile';
import { DEFAULT_SETTINGS, type Settings } from '../../src/shared/settings';
import type { LastWindow } from '../../src/shared/window';
import { conflicting, savedCopy, view } from '../component/organization/samples';
import { id, row } from '../component/samples';
import { ONLINE } from './idle-main';
import { ScriptedMain } from './scripted-main';
import { answerApp, answerChanges, answerSaves, answerOrganizations } from './fake-answers';

/** The name of the nth organization. */
export const nameOf = (n: number): string => `Organization ${String(n).padStart(5, '0')}`;

function stateOf({ change, draft }: OrganizationView): RowState {
  if (change) return change.state === 'conflict' ? 'decide' : 'saving';
  return draft ? 'draft' : 'up-to-date';
}

/** The list row of an organization page. */
function rowOf(page: OrganizationView): OrganizationRow {
  const { id: entryId, name, change, draft } = page;
  const waitingSince = change ? change.submittedAt : null;
  const draftFields = draft ? touchedFields(draft.patch).length : 0;
  return {
    ...row(1, name, { state: stateOf(page), draftFields, waitingSince }),
    id: entryId,
  };
}

export class FakeMain {
  readonly main = new ScriptedMain();
  /** Page of each saved organization, by id. */
  readonly pages = new Map<string, OrganizationView>();
  settings: Settings = DEFAULT_SETTINGS;
  lastWindow: LastWindow = { sidebarWidth: null, entryId: null };
  signedIn: boolean;
  /** The save that is running or has ended, or null. */
  save: Save | null = null;

  /** @param count number of saved organizations; 0 for the state before the first run */
  constructor(count: number) {
    this.signedIn = count > 0;
    for (let n = 1; n <= count; n += 1) {
      this.pages.set(id(n), { ...view(), id: id(n), name: nameOf(n) });
    }
    this.main.setRows([...this.pages.values()].map(rowOf));
    answerApp(this);
    answerOrganizations(this);
    answerChanges(this);
    answerSaves(this);
  }

  /** Changes or adds a page, notifies the window, and returns the page. */
  update(entryId: string, changes: Partial<OrganizationView>): OrganizationView {
    const page = { ...(this.pages.get(entryId) ?? view()), ...changes };
    this.pages.set(entryId, page);
    this.main.list.upsert(rowOf(page));
    this.main.emit('organizationChanged', page);
    return page;
  }

  /** Lets Cloudflare confirm the submitted change of the nth organization. */
  confirmChange(n: number): void {
    this.update(id(n), {
      profile: savedCopy(baselineOf(this.pages.get(id(n))!)),
      change: null,
      confirmed: { at: Date.now(), alsoUpdated: [], replaced: {}, messages: [] },
    });
  }

  /** Puts the submitted change in conflict with these remote texts. */
  causeConflict(n: number, theirs: Edits): void {
    const { patch, ...pending } = this.pages.get(id(n))!.change!;
    const { state, remote, conflicts, failure } = conflicting(textsOf(patch), theirs);
    this.update(id(n), {
      change: { ...pending, patch, state, step: null, remote, conflicts, failure },
    });
  }

  /** Makes Cloudflare reachable or unreachable. */
  setReachable(reachable: boolean): void {
    const offline = {
      state: 'offline',
      failure: { code: 'network.unreachable' },
      waiting: 1,
    } as const;
    this.main.emit('connectionChanged', reachable ? ONLINE : { ...ONLINE, ...offline });
  }

  /** Advances the save until this many organizations are saved. */
  advanceSave(done: number): void {
    const save = this.save!;
    const state = done === save.total ? 'ended' : 'running';
    this.save = { ...save, done, waiting: save.total - done, state };
    this.main.emit('savesChanged', [this.save]);
  }
}
