/** Sample plans of an import, and the dialogs to show them in. */
import { render } from '@testing-library/svelte';
import type { PlanRow } from '../../../src/shared/saves';
import type { OrganizationRow } from '../../../src/shared/organization';
import type { FakeApi } from '../fake-api';
import { entryName, id } from '../samples';
import ImportParts from './ImportParts.svelte';

/** A row of a plan that changes the business phone. */
export function planRow(
  n: number,
  name: string,
  state: PlanRow['state'] = 'changes',
  more: Partial<PlanRow> = {},
): PlanRow {
  return {
    entryId: id(n),
    ...entryName(name),
    before: { business_phone: state === 'same' ? '+49 2' : '+49 1' },
    after: { business_phone: '+49 2' },
    state,
    ...more,
  };
}

/** Renders the dialogs, with these organizations in the list. */
export async function renderImport(fake: FakeApi, list: OrganizationRow[] = []) {
  fake.setRows(list);
  const { state, context } = await fake.loadedState();
  render(ImportParts, { context });
  return state;
}
