/** Drafts and submissions together: whatever is done in whatever order, nothing typed is dropped. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Edits, EMPTY_PROFILE, FIELD_NAMES, type Profile } from '../../../src/shared/profile';
import { calls, id, read, write } from './world';

it('whatever a person does, their last text is in the draft, the outbox or the history', async () => {
  const edits = fc
    .constantFrom(...FIELD_NAMES)
    .chain((field) => fc.string({ maxLength: 4 }).map((text): Edits => ({ [field]: text })));
  const step = fc.record({ does: fc.constantFrom('keep', 'submit', 'discard'), edits });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      write((tables) => {
        tables.outbox.remove(id);
        tables.drafts.remove(id);
      });
      const { drafts, changes } = calls();
      for (const { does, edits: typed } of steps) {
        const [field, text] = Object.entries(typed)[0] as [keyof Profile, string];
        const request = { organizationId: id, edits: typed, began: {} };
        const before = read((tables) => tables.outbox.get(id));
        if (does === 'keep') await drafts.keep(request);
        if (does === 'submit') await changes.submit(request);
        if (does === 'discard') await changes.discard({ organizationId: id });
        const now = read((tables) => ({
          draft: tables.drafts.get(id)?.fields,
          sent: tables.outbox.get(id)?.desired,
          saved: tables.profiles.get(id)?.fields ?? EMPTY_PROFILE,
          history: tables.revisions.of(id).map(({ fields }) => fields),
        }));
        if (does === 'discard') {
          if (before) expect(now.history).toContainEqual(before.desired);
        } else {
          expect((now.draft ?? now.sent ?? now.saved)[field]).toBe(text);
        }
      }
    }),
    { numRuns: 60 },
  );
});
