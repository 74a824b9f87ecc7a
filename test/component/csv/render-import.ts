/** A sample table to import, and where it is shown. */
import { render } from '@testing-library/svelte';
import { columnOf } from '../../../src/shared/headings';
import type { ImportCounts, ImportedTable } from '../../../src/shared/imports';
import type { OrganizationRow } from '../../../src/shared/organization';
import type { FakeApi } from '../fake-api';
import ImportParts from './ImportParts.svelte';

/** A table with these headings. */
export const importedTable = (
  headings: readonly string[] = ['Organization ID', 'Business phone'],
  more: Partial<ImportedTable> = {},
): ImportedTable => ({
  importId: 'import-1',
  title: 'branches.csv',
  sheets: null,
  columns: headings.map((heading, n) => ({
    heading,
    sample: `sample ${n}`,
    meaning: columnOf(heading),
  })),
  moreColumns: 0,
  rows: 3,
  metadataNames: [],
  ...more,
});

/** What importing it would do: two rows match, and one changes something. */
export const importCounts = (more: Partial<ImportCounts> = {}): ImportCounts => ({
  matched: 2,
  ...{ changes: 1, drafts: 0, readOnly: 0, decide: 0 },
  ...{ unread: 0, waits: 0, unreadable: 0, notImported: 1, isGuessed: false },
  metadataNames: [],
  ...more,
});

/** Renders the export and the strip, with these organizations in the list. */
export async function renderImport(
  fake: FakeApi,
  list: OrganizationRow[] = [],
  props: {
    onpastecells?: () => void;
    onmade?: (batchId: string) => void;
    onplanned?: (isOther: boolean) => void;
    ononly?: (isOnly: boolean) => void;
    flush?: () => Promise<void>;
  } = {},
) {
  fake.setRows(list);
  const { state, context } = await fake.loadedState();
  render(ImportParts, { props, context });
  return state;
}
