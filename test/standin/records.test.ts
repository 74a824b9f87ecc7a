/** Shared profile records: a write to one entry is read from all, at once or later. */
import { describe, expect, it } from 'vitest';
import { emptyProfile, type Standin, type StandinOptions } from './index';
import {
  accountAt,
  envelope,
  expectRefusal,
  idAt,
  putAccountProfile,
  putProfile,
  send,
  startForTest,
} from './support';

/** The names that GETs of these entries return. */
async function names(standin: Standin, ...ids: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const id of ids) {
    const kind = standin.organizations.has(id) ? 'organizations' : 'accounts';
    const { result } = await envelope(send(standin, `/${kind}/${id}/profile`));
    found.push((result as { business_name: string }).business_name);
  }
  return found;
}

const named = (name: string) => ({ ...emptyProfile(), business_name: name });
const putName = (standin: Standin, id: string, name: string) =>
  standin.organizations.has(id)
    ? putProfile(standin, id, JSON.stringify(named(name)))
    : putAccountProfile(standin, id, named(name));

describe('accounts', () => {
  it('share the record of their parent organization', async () => {
    const standin = await startForTest({ embedProfiles: true });
    const family = [idAt(standin, 0), accountAt(standin, 0), accountAt(standin, 1)];
    for (const [index, id] of family.entries()) {
      expect((await putName(standin, id, `By ${index}`)).status).toBe(204);
      expect(await names(standin, ...family)).toEqual(family.map(() => `By ${index}`));
    }
    standin.setProfile(family[2] ?? '', { business_name: 'Elsewhere' });
    expect(await names(standin, ...family)).toEqual(family.map(() => 'Elsewhere'));
    const item = (await envelope(send(standin, `/organizations/${family[0]}`))).result;
    expect(item).toHaveProperty('profile.business_name', 'Elsewhere');
    standin.setExtraFields(family[1] ?? '', { tier: 1 });
    expect(standin.organizations.get(family[0] ?? '')?.extraFields).toEqual({ tier: 1 });
  });

  it('without a parent organization have records of their own, or none', async () => {
    const standin = await startForTest({ organizations: 0, accounts: 2 });
    const [one, two] = [accountAt(standin, 0), accountAt(standin, 1)];
    await putName(standin, one, 'One');
    expect(await names(standin, one, two)).toEqual(['One', 'Brightwater Online Shop']);
    standin.settings.accountWithoutParent = 404;
    await expectRefusal(send(standin, `/accounts/${one}/profile`), 404, 1003);
    await expectRefusal(putName(standin, one, 'Two'), 404, 1003);
    expect(standin.profileOf(one)?.business_name).toBe('One');
  });
});

describe('shareRecord', () => {
  it('ties further entries to the record of the first', async () => {
    const standin = await startForTest();
    const [first, second] = [idAt(standin, 1), idAt(standin, 2)];
    const [branch, shop] = [accountAt(standin, 0), accountAt(standin, 1)];
    standin.setProfile(first, named('First'));
    standin.shareRecord(first, second, branch);
    const all = [first, second, branch, shop, idAt(standin, 0)];
    expect(await names(standin, ...all)).toEqual(all.map(() => 'First'));
    for (const id of all) {
      await putName(standin, id, id);
      expect(await names(standin, ...all)).toEqual(all.map(() => id));
    }
    standin.shareRecord(shop, first);
    expect(await names(standin, ...all)).toEqual(all.map(() => all.at(-1)));
    standin.removeOrganization(first);
    expect(await names(standin, second)).not.toEqual([all.at(-1)]);
    expect(() => standin.shareRecord(second, 'unknown')).toThrow('unknown');
  });
});

describe('delayPropagation', () => {
  let time = 0;
  const start = (options: StandinOptions = {}): Promise<Standin> =>
    startForTest({ now: () => time, ...options });

  it('shows the old texts for a while after a write through another entry', async () => {
    const standin = await start();
    const [organization, branch, shop] = [
      idAt(standin, 0),
      accountAt(standin, 0),
      accountAt(standin, 1),
    ];
    standin.setProfile(organization, named('Old'));
    standin.delayPropagation(branch, 2);
    expect(await names(standin, branch)).toEqual(['Old']);
    await putName(standin, shop, 'New');
    expect(await names(standin, organization, shop, branch)).toEqual(['New', 'New', 'Old']);
    time += 1;
    expect(await names(standin, branch)).toEqual(['Old']);
    time += 1;
    expect(await names(standin, branch)).toEqual(['New']);
  });

  it('delays nothing after a write through the entry itself, through a stranger, or after its end', async () => {
    const standin = await start();
    const [organization, branch] = [idAt(standin, 0), accountAt(standin, 0)];
    standin.delayPropagation(branch, 5);
    await putName(standin, branch, 'Own');
    expect(await names(standin, branch)).toEqual(['Own']);
    await putName(standin, organization, 'Theirs');
    await putName(standin, branch, 'Own again');
    expect(await names(standin, branch)).toEqual(['Own again']);
    standin.setProfile(idAt(standin, 1), named('Stranger'));
    expect(await names(standin, branch)).toEqual(['Own again']);
    await putName(standin, organization, 'Delayed');
    standin.delayPropagation(branch, 0);
    expect(await names(standin, branch)).toEqual(['Delayed']);
    await putName(standin, organization, 'At once');
    expect(await names(standin, branch)).toEqual(['At once']);
    expect(() => standin.delayPropagation('unknown', 1)).toThrow('unknown');
  });

  it('delays organizations, too, with their embedded profiles', async () => {
    const standin = await start({ embedProfiles: true });
    const [organization, branch] = [idAt(standin, 0), accountAt(standin, 0)];
    standin.setProfile(branch, named('Old'));
    standin.delayPropagation(organization, 1);
    await putName(standin, branch, 'New');
    const item = async () =>
      (await envelope(send(standin, `/organizations/${organization}`))).result;
    expect(await item()).toHaveProperty('profile.business_name', 'Old');
    expect(await names(standin, organization)).toEqual(['Old']);
    time += 1;
    expect(await names(standin, organization)).toEqual(['New']);
    expect(await item()).toHaveProperty('profile.business_name', 'New');
  });
});
