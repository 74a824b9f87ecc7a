/** Undoing changes of cells of the table, and doing them again. */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { failed, success } from '../../../src/shared/result';
import { sampleBatch } from '../changes/samples';
import { id } from '../samples';
import { show, PHONE, TEXTS } from './render-table';

describe('Undo', () => {
  /** A typed text that main has, and that Undo would undo. */
  async function typed() {
    const shown = await show();
    await shown.user.keyboard('42{Enter}');
    await waitFor(() => expect(shown.state.commands.can('undo')).toBe(true));
    await waitFor(() => expect(shown.state.autosaves.size).toBe(0));
    return shown;
  }

  it('leaves a text that was typed over on the page since', async () => {
    const { state, drafts, edits } = await typed();
    drafts.set(id(1), { business_phone: { base: PHONE, text: '43' } });
    state.commands.run('undo');
    await screen.findByText('1 cell stays as it is: changed or saved since');
    expect(edits()).toHaveLength(1);
  });

  it('leaves a text that was saved since, and what someone else made of it', async () => {
    const { user, state, drafts, saved, edits } = await typed();
    drafts.delete(id(1));
    saved.set(id(1), { ...TEXTS, business_phone: '42' });
    state.commands.run('undo');
    await screen.findByText('1 cell stays as it is: changed or saved since');
    saved.set(id(1), { ...TEXTS, business_phone: '43' });
    await user.keyboard('{Control>}y{/Control}');
    await waitFor(() => expect(state.commands.can('undo')).toBe(true));
    expect(edits()).toHaveLength(1);
  });

  it('undoes the others of a step when one was changed since', async () => {
    const { user, state, drafts, edits } = await typed();
    await user.keyboard('44{Enter}');
    await waitFor(() => expect(edits()).toHaveLength(2));
    await waitFor(() => expect(state.autosaves.size).toBe(0));
    drafts.set(id(1), { business_phone: { base: PHONE, text: '43' } });
    state.commands.run('undo');
    await screen.findByText('Undone · 1 cell stays as it is: changed or saved since');
    expect(edits().slice(2)).toMatchObject([
      { entryId: id(2), edits: { business_phone: { text: PHONE } } },
    ]);
  });

  it('pressed twice at once undoes two steps', async () => {
    const { fake, user, state } = await show();
    const ids = ['b1', 'b2'];
    fake.answer('drafts', 'cells', () => success({ batchId: ids.shift()! }));
    await user.keyboard('{Delete}');
    await waitFor(() => expect(ids).toEqual(['b2']));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    await waitFor(() => expect(state.commands.can('undo')).toBe(true));
    await user.keyboard('{ArrowDown}{Delete}');
    await waitFor(() => expect(ids).toEqual([]));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' }), sampleBatch({ id: 'b2' })]);
    await waitFor(() => expect(state.changes.isMaking).toBe(false));
    state.commands.run('undo');
    state.commands.run('undo');
    await waitFor(() => expect(state.commands.can('undo')).toBe(false));
    expect(fake.requests('drafts.undoBatch')).toEqual([{ batchId: 'b2' }, { batchId: 'b1' }]);
  });

  it('that fails can be tried again, and so can Redo', async () => {
    const { fake, user, state } = await show();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(state.commands.can('undo')).toBe(true));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    fake.answer('drafts', 'undoBatch', () => failed('database.full'));
    state.commands.run('undo');
    await screen.findByRole('alert');
    fake.answer('drafts', 'undoBatch', () => success(null));
    state.commands.run('undo');
    await screen.findByText('Undone');
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1', stage: 'undone', made: 1 })]);
    await screen.findByText(/^Undone · 1 no longer had this draft/);
    fake.answer('drafts', 'redoBatch', () => failed('database.full'));
    await user.keyboard('{Control>}y{/Control}');
    await waitFor(() => expect(fake.requests('drafts.redoBatch')).toHaveLength(1));
    expect(state.commands.can('undo')).toBe(false);
    fake.answer('drafts', 'redoBatch', () => success({ batchId: 'b3' }));
    await user.keyboard('{Control>}y{/Control}');
    await screen.findByText('Redone');
    expect(state.commands.can('undo')).toBe(true);
  });

  it('says that nothing was undone, and where a save is undone, if all of it is saved', async () => {
    const { fake, user, state } = await show();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(state.commands.can('undo')).toBe(true));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1', made: 2 })]);
    fake.answer('drafts', 'undoBatch', () => success(null));
    state.commands.run('undo');
    await screen.findByText('Undone');
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1', stage: 'undone', made: 2 })]);
    await screen.findByText(
      /^2 no longer had this draft.*Nothing was undone\. To undo or cancel what was saved/,
    );
  });

  it('does not undo the change before a typed text whose entry could not be read', async () => {
    const { fake, state, edits } = await typed();
    const views = fake.requests('organizations.view').length;
    fake.answer('organizations', 'view', () => failed('database.busy'));
    state.commands.run('undo');
    await waitFor(() => expect(fake.requests('organizations.view')).toHaveLength(views + 1));
    await screen.findByRole('alert');
    expect(state.commands.can('undo')).toBe(true);
    expect(edits()).toHaveLength(1);
  });

  it('pressed while a paste is handed over undoes that paste, not the change before it', async () => {
    const { fake, user, state, edits, paste } = await typed();
    const release = fake.hold('drafts.cells');
    await paste('7');
    await waitFor(() => expect(fake.requests('drafts.cells')).toHaveLength(1));
    await user.keyboard('{Control>}z{/Control}');
    release();
    await waitFor(() => expect(state.changes.isMaking).toBe(true));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    await screen.findByText('Undone');
    expect(fake.requests('drafts.undoBatch')).toEqual([{ batchId: 'b1' }]);
    expect(edits()).toHaveLength(1);
  });

  it('pressed while a typed text is being saved undoes that text, not the change before it', async () => {
    const { fake, user, state, edits } = await show();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(state.commands.can('undo')).toBe(true));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    await waitFor(() => expect(state.changes.isMaking).toBe(false));
    const release = fake.hold('drafts.save');
    await user.keyboard('42{Enter}{Control>}z{/Control}');
    release();
    await screen.findByText('Undone');
    expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: PHONE } } });
    expect(fake.requests('drafts.undoBatch')).toEqual([]);
  });

  it('leaves what was typed while it ran to the next Undo', async () => {
    const { fake, user, state, edits } = await show();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(state.commands.can('undo')).toBe(true));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    await waitFor(() => expect(state.changes.isMaking).toBe(false));
    const release = fake.hold('drafts.undoBatch');
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(fake.requests('drafts.undoBatch')).toHaveLength(1));
    await user.keyboard('42{Enter}');
    await waitFor(() => expect(edits()).toHaveLength(1));
    release();
    await waitFor(() => expect(state.autosaves.size).toBe(0));
    await waitFor(() => expect(state.commands.can('undo')).toBe(true));
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(edits()).toHaveLength(2));
    expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: PHONE } } });
    expect(fake.requests('drafts.undoBatch')).toHaveLength(1);
  });

  it('in the line of a batch leaves what was typed while it ran to Undo', async () => {
    const { fake, user, state, edits } = await show();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(state.commands.can('undo')).toBe(true));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    const release = fake.hold('drafts.undoBatch');
    await user.click(await screen.findByRole('button', { name: /^Undo/ }));
    document.querySelector<HTMLElement>('[aria-rowcount]')!.focus();
    await user.keyboard('42{Enter}');
    await waitFor(() => expect(state.autosaves.size).toBe(0));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1', stage: 'undone', undoable: false })]);
    release();
    await screen.findByText('Undone');
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(edits()).toHaveLength(2));
    expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: PHONE } } });
  });

  it('is offered without a second button to review while To save is beside the table', async () => {
    const made = sampleBatch({ id: 'b1', kind: 'clear' });
    const { fake, box, state, user } = await show();
    await fireEvent.keyDown(box, { key: 'Delete' });
    await waitFor(() => expect(fake.requests('drafts.cells')).toHaveLength(1));
    fake.emit('batchesChanged', [made]);
    const line = await screen.findByRole('group', { name: /^Clear / });
    const review = () => within(line).queryByRole('button', { name: /^Review/ });
    await user.click(review()!);
    expect([state.navigation.screen, state.navigation.changesTab]).toEqual(['changes', 'to-save']);
    await waitFor(() => expect(review()).toBeNull());
    within(line).getByRole('button', { name: /^Undo/ });
    const heading = document.createElement('h1');
    heading.tabIndex = -1;
    const page = document.createElement('main');
    page.append(heading);
    document.body.append(page);
    onTestFinished(() => page.remove());
    state.navigation.changesTab = 'waiting';
    await waitFor(() => expect(review()).not.toBeNull());
    await user.click(review()!);
    expect(state.navigation.changesTab).toBe('to-save');
    // Otherwise the next Enter would undo.
    await waitFor(() => expect(document.activeElement).toBe(heading));
  });

  it('leaves nothing of the batch before in the line of the next one', async () => {
    const { fake, user } = await show();
    const leftOut = [{ reason: 'changed' as const, count: 3 }];
    fake
      .answer('drafts', 'leftOut', () => success({ rows: [], total: 0 }))
      .answer('drafts', 'undoBatch', () => failed('database.full'));
    await user.keyboard('{Delete}');
    await waitFor(() => expect(fake.requests('drafts.cells')).toHaveLength(1));
    const made = sampleBatch({ id: 'b1', leftOut });
    fake.emit('batchesChanged', [made]);
    const line = within(await screen.findByRole('group', { name: 'Fill Business phone' }));
    const left = () => line.getByRole('button', { name: /^3 / });
    await user.click(left());
    expect(left().getAttribute('aria-expanded')).toBe('true');
    await user.click(line.getByRole('button', { name: /^Undo/ }));
    await line.findByRole('alert');
    document.querySelector<HTMLElement>('[aria-rowcount]')!.focus();
    fake.answer('drafts', 'cells', () => {
      fake.emit('batchesChanged', [sampleBatch({ id: 'b2', leftOut }), made]);
      return success({ batchId: 'b2' });
    });
    await user.keyboard('{Delete}');
    await waitFor(() => expect(line.queryByRole('alert')).toBeNull());
    expect(left().getAttribute('aria-expanded')).toBe('false');
  });

  it('waits with the line of a batch that says why, and leaves it to To save beside the table to announce that', async () => {
    const { fake, box, state } = await show();
    await fireEvent.keyDown(box, { key: 'Delete' });
    await waitFor(() => expect(fake.requests('drafts.cells')).toHaveLength(1));
    const failure = { code: 'database.full' } as const;
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1', stage: 'running', failure })]);
    const line = await screen.findByRole('group', { name: 'Fill Business phone' });
    const alert = await within(line).findByRole('alert');
    expect(alert.textContent).toContain('The disk is full');
    state.navigation.changes('to-save');
    await waitFor(() => expect(within(line).queryByRole('alert')).toBeNull());
    expect(line.textContent).toContain('The disk is full');
    state.navigation.changesTab = 'waiting';
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    expect((await within(line).findByRole('status')).textContent).toContain('Drafts in');
    state.navigation.changesTab = 'to-save';
    await waitFor(() => expect(within(line).queryByRole('status')).toBeNull());
  });

  it('is no longer offered by the line of a batch once all of it is saved, and the line fades if nothing was left out', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    const line = () => screen.queryByRole('group', { name: /^Clear / });
    const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
    const made = sampleBatch({ id: 'b1', kind: 'clear' });
    const { fake, box } = await show();
    await fireEvent.keyDown(box, { key: 'Delete' });
    await waitFor(() => expect(fake.requests('drafts.cells')).toHaveLength(1));
    fake.emit('batchesChanged', [made]);
    await waitFor(() => expect(line()).not.toBeNull());
    await pass(20_000);
    within(line()!).getByRole('button', { name: /^Review/ });
    const saved = { ...made, undoable: false };
    fake.emit('batchesChanged', [{ ...saved, leftOut: [{ reason: 'unread', count: 2 }] }]);
    await waitFor(() =>
      expect(within(line()!).queryByRole('button', { name: /^Review|^Undo/ })).toBeNull(),
    );
    await pass(20_000);
    within(line()!).getByRole('button', { name: 'Read these first' });
    fake.emit('batchesChanged', [saved]);
    await waitFor(() => expect(screen.queryByRole('button', { name: /^Read these/ })).toBeNull());
    await pass(9_000);
    expect(line()).not.toBeNull();
    await pass(1_100);
    expect(line()).toBeNull();
  });

  it('held down undoes one step', async () => {
    const { fake, user, state, edits } = await typed();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(state.changes.isMaking).toBe(true));
    await user.keyboard('{Control>}{z>3/}y{/Control}');
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    await screen.findByText('Redone');
    expect(fake.requests('drafts.redoBatch')).toEqual([{ batchId: 'b1' }]);
    expect(edits()).toHaveLength(1);
  });

  it('pressed twice while a batch is made undoes two steps', async () => {
    const { fake, user, state, edits } = await typed();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(state.changes.isMaking).toBe(true));
    await user.keyboard('{Control>}zz{/Control}');
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    await waitFor(() => expect(state.commands.can('undo')).toBe(false));
    expect(fake.requests('drafts.undoBatch')).toEqual([{ batchId: 'b1' }]);
    expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: PHONE } } });
  });
});
