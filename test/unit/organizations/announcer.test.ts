/** What the window is told when much changes at once: the page a person looks at is always among it. */
import { expect, it, vi } from 'vitest';
import { createAnnouncer } from '../../../src/main/organizations/announcer';
import { createProgress } from '../../../src/main/sync/progress';
import { NOW, freshStore, organizationId, write } from '../store/temporary-store';

function world(count: number) {
  const store = freshStore();
  const ids = Array.from({ length: count }, (_, n) => organizationId(n + 1));
  write(store, ({ organizations }) => {
    for (const id of ids) {
      organizations.put({ id, name: 'One', credentialId: null, addedAt: NOW, seenAt: null });
    }
  });
  const told: string[] = [];
  let work: () => void = () => {};
  const onTold = vi.fn();
  const announcer = createAnnouncer({
    store,
    progress: createProgress(() => {}),
    emit: (event, payload) => {
      if (event === 'organizationChanged' && 'id' in payload!) told.push(payload.id);
    },
    later: (next) => (work = next),
    onTold,
  });
  return { ids, announcer, told, onTold, tell: () => work() };
}

it('tells the open page first when too many changed to tell all of them', () => {
  const { ids, announcer, told, onTold, tell } = world(50);
  announcer.opened(ids[49]!);
  for (const id of ids) announcer.organization(id);
  tell();
  expect(told).toHaveLength(20);
  expect(told[0]).toBe(ids[49]);
  expect(new Set(told).size).toBe(20);
  expect(onTold).toHaveBeenCalledTimes(1);
});

it('tells the open page when a sign-in changed, and otherwise only pages that did', () => {
  const { ids, announcer, told, tell } = world(3);
  announcer.opened(ids[1]!);
  announcer.everything();
  tell();
  expect(told).toEqual([ids[1]]);
  announcer.organization(ids[2]!);
  tell();
  expect(told).toEqual([ids[1], ids[2]]);
});
