/** Plans with entries whose sign-in is read-only. */
import { afterEach, describe, expect, test } from 'vitest';
import { SIGN_IN } from '../sync/harness';
import { SavesHarness, closeHarnesses, NEW_PHONE } from './harness';

afterEach(closeHarnesses);

describe('an entry whose sign-in is read-only', () => {
  async function startReadOnly(): Promise<SavesHarness> {
    const harness = await SavesHarness.start({ organizations: 2 });
    harness.sync.write(({ signIns }) => signIns.setReadOnly(SIGN_IN, 'chosen'));
    return harness;
  }

  test('is left out, even if it is submitted', async () => {
    const harness = await startReadOnly();
    const plan = await harness.plan(NEW_PHONE);
    expect(plan.rows.map(({ state }) => state)).toEqual(['read-only', 'read-only']);
    expect(await harness.submitPlan(plan, harness.ids)).toMatchObject({ ok: false });
    expect(harness.ids.map((id) => harness.sync.row(id))).toEqual([null, null]);
  });

  test('is not mentioned if it has the texts already', async () => {
    const harness = await startReadOnly();
    const { business_phone } = harness.sync.saved()!;
    const { rows } = await harness.plan({ business_phone }, [harness.sync.id]);
    expect(rows.map(({ state }) => state)).toEqual(['same']);
  });
});
