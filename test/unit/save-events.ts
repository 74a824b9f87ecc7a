/** What saving drafts in many entries does to one of them. */
import type { ChangeEvent } from '../../src/main/changes/machine';
import { applyEvent } from '../../src/main/changes/repository';
import type { Tables } from '../../src/main/database/tables';
import { touchedFields } from '../../src/shared/patch';
import type { Edits } from '../../src/shared/profile';

/** The events that type these texts and submit them as a part of a save. */
export function saveEvents(save: string, texts: Edits): ChangeEvent[] {
  const fields = touchedFields(texts);
  return [
    ...fields.map((field): ChangeEvent => ({ type: 'edit', field, text: texts[field] ?? '' })),
    { type: 'submit', save, fields },
  ];
}

/** Adds an entry to a save, with these texts. Call inside `Database.write`. */
export function submitInSave(
  tables: Tables,
  save: string,
  entryId: string,
  texts: Edits,
  at = 1,
): void {
  tables.saves.addSubmitted(save, entryId, touchedFields(texts));
  for (const event of saveEvents(save, texts)) applyEvent(tables, entryId, event, { at });
}
