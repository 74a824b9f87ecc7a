/** Renders the table over the fake api, for the tests of its edits. */
import { createEvent, fireEvent, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { TableState, TableView } from '../../../src/renderer/features/table';
import type { OrganizationRow } from '../../../src/shared/organization';
import { EMPTY_PROFILE, type Profile } from '../../../src/shared/profile';
import { success } from '../../../src/shared/result';
import type { Patch } from '../../../src/shared/patch';
import { FakeApi } from '../fake-api';
import { savedCopy, view } from '../organization/samples';
import { rows } from '../samples';

export const PHONE = '+49 30 12345';
export const TEXTS: Profile = { ...EMPTY_PROFILE, business_name: 'Acme', business_phone: PHONE };

/** The table with the active cell in the column *Phone* of its first row. */
export async function show(list: readonly OrganizationRow[] = rows(5)) {
  const fake = new FakeApi();
  fake.setRows(list);
  fake.list.textsOf = () => TEXTS;
  /** What main has of each entry. */
  const drafts = new Map<string, Patch>();
  const saved = new Map<string, Profile>();
  const viewOf = ({ entryId }: { entryId: string }) => {
    const draft = drafts.get(entryId);
    return success(
      view({
        id: entryId,
        profile: savedCopy(saved.get(entryId) ?? TEXTS),
        draft: draft ? { patch: draft, updatedAt: 1 } : null,
      }),
    );
  };
  const save = ({ entryId, edits }: { entryId: string; edits: Patch }) => {
    drafts.set(entryId, { ...drafts.get(entryId), ...edits });
    return success(null);
  };
  fake
    .answer('organizations', 'view', viewOf)
    .answer('organizations', 'open', viewOf)
    .answer('drafts', 'save', save)
    .answer('app', 'flushed', () => success(null))
    .answer('drafts', 'cells', () => success({ batchId: 'b1' }))
    .answer('drafts', 'fillDown', () => success({ batchId: 'b2' }))
    .answer('drafts', 'undoBatch', () => success(null))
    .answer('drafts', 'redoBatch', () => success({ batchId: 'b3' }));
  const { state, context } = await fake.loadedState();
  const table = new TableState(state.api);
  const shown = render(TableView, { props: { table }, context });
  const user = userEvent.setup();
  await screen.findByLabelText('Name, Organization 0001');
  const box = document.querySelector<HTMLElement>('[aria-rowcount]')!;
  box.focus();
  await user.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}');
  const edits = () => fake.requests('drafts.save') as { entryId: string; edits: unknown }[];
  const paste = async (text: string) => {
    const event = createEvent.paste(document.body);
    Object.defineProperty(event, 'clipboardData', { value: { getData: () => text } });
    await fireEvent(document.body, event);
  };
  /** Leaves the table and shows it again. */
  const again = async () => {
    shown.unmount();
    render(TableView, { props: { table }, context });
    await screen.findByLabelText('Name, Organization 0001');
    document.querySelector<HTMLElement>('[aria-rowcount]')!.focus();
  };
  return { fake, state, user, box, table, edits, paste, again, shown, drafts, saved };
}

export const editor = () =>
  document.querySelector<HTMLTextAreaElement>('[role="rowgroup"] textarea');
export const label = (box: HTMLElement): string | null =>
  document
    .getElementById(box.getAttribute('aria-activedescendant') ?? '')
    ?.getAttribute('aria-label') ?? null;

/** Pastes more than a text may have into the control of a cell. */
export async function pasteTooLong(control: HTMLTextAreaElement): Promise<void> {
  await fireEvent(control, new InputEvent('beforeinput', { bubbles: true }));
  await fireEvent.input(control, { target: { value: 'x'.repeat(100_001) } });
}
