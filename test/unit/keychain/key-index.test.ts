/**
 * The index: keychain entries that list the ids of all stored keys. It is always complete, whatever
 * interrupts a change.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fate, MemoryKeyring } from './memory-keyring';
import { ID, idOf, INDEX, keychainOn, ok, OTHER } from './memory-keychain';

describe('the index', () => {
  it('continues in further entries of at most 2,560 bytes, and disappears with its last id', async () => {
    const keyring = new MemoryKeyring();
    const keychain = keychainOn(keyring);
    const ids = Array.from({ length: 300 }, (_, n) => idOf(n));
    for (const id of ids) expect(await keychain.set(id, 'key')).toEqual(ok(null));
    expect(await keychain.index()).toEqual(ok(ids));
    for (const value of keyring.entries.values()) expect(value.length).toBeLessThanOrEqual(2_560);

    // Later entries are found even if an earlier entry has free space.
    await keychain.delete(idOf(3));
    expect((await keychain.index()) as unknown).toMatchObject({ value: { length: 299 } });
    for (const id of ids) expect(await keychain.delete(id)).toEqual(ok(null));
    expect([...keyring.entries.keys()]).toEqual([]);
  });
});

it('lists every key and loses none, whatever fails', async () => {
  const step = fc.record({
    operation: fc.constantFrom('set', 'delete', 'get', 'probe'),
    id: fc.constantFrom(ID, OTHER, idOf(1)),
    // Which requests of this step go wrong.
    from: fc.integer({ min: 1, max: 8 }),
    to: fc.integer({ min: 1, max: 8 }),
    fate: fc.constantFrom<Fate>('works', 'locked', 'absent', 'silent', 'die-before', 'die-after'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const keyring = new MemoryKeyring();
      const keychain = keychainOn(keyring);
      for (const { operation, id, from, to, fate } of steps) {
        const before = new Map(keyring.entries);
        let count = 0;
        keyring.fate = () => ((count += 1) >= from && count <= to ? fate : 'works');
        if (operation === 'set') await keychain.set(id, 'key');
        else if (operation === 'delete') await keychain.delete(id);
        else if (operation === 'get') await keychain.get(id, true);
        else await keychain.probe();

        const listed = keyring.entries.get(INDEX) ?? '';
        for (const account of keyring.entries.keys()) {
          if (account !== INDEX && account !== 'canary') expect(listed).toContain(account);
        }
        for (const account of before.keys()) {
          if (account === INDEX || account === 'canary') continue;
          if (operation === 'delete' && account === id) continue;
          expect(keyring.entries.has(account)).toBe(true);
        }
      }
    }),
  );
});
